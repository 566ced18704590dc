"""What can go wrong with promotions and campaigns."""

from __future__ import annotations

from collections.abc import Sequence

from medusa.framework.errors import InvalidData, NotFound


class InvalidMethod(InvalidData):
    """The application method contradicts itself; the message says how."""


class InvalidRule(InvalidData):
    """A rule lacks something; the message says what."""


class PromotionUnknown(NotFound):
    """There is no such promotion."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Promotion with id: {id} was not found")


class PromotionToChangeUnknown(NotFound):
    """There is no such promotion to change."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Promotion id not found: {id}")


class CampaignUnknown(NotFound):
    """There is no such campaign."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Campaign with id: {id} was not found")


class CampaignToChangeUnknown(NotFound):
    """There is no such campaign to change."""

    def __init__(self, id: str) -> None:
        super().__init__(f'Campaign with id "{id}" not found')


class CampaignOfPromotionUnknown(NotFound):
    """A new promotion names a campaign that does not exist."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Could not find campaign with id - {id}")


class CampaignToJoinUnknown(InvalidData):
    """A promotion is to join a campaign that does not exist."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Could not find campaign with id {id}")


class OtherCurrency(InvalidData):
    """A campaign with a budget in one currency takes no promotion in another."""

    def __init__(self, campaign: str, promotion: str) -> None:
        super().__init__(f"Currency code doesn't match for campaign ({campaign}) and promotion ({promotion})")


class CampaignInOtherCurrency(InvalidData):
    """A promotion's own campaign has a budget in another currency."""

    def __init__(self) -> None:
        super().__init__("Currency between promotion and campaigns should match")


class NoBudget(InvalidData):
    """The campaign has no budget that could change."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Campaign {id} has no budget: make a campaign with one, its type cannot be told from a limit")


class RulesUnknown(InvalidData):
    """Rules that do not exist."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"Promotion rules with id - {', '.join(ids)} not found")
