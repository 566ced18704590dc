"""Promotions with their rules, campaigns with their budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from medusa.framework.db import Delete, Insert, Session, SoftDelete, Update
from medusa.framework.modules import Crud, ModuleService
from medusa.framework.modules.updating import changed_columns
from medusa.modules.promotion.errors import (
    CampaignOfPromotionUnknown,
    CampaignToChangeUnknown,
    CampaignToJoinUnknown,
    CampaignUnknown,
    NoBudget,
    OtherCurrency,
    PromotionToChangeUnknown,
    PromotionUnknown,
    RulesUnknown,
)
from medusa.modules.promotion.models import (
    Promotion,
    PromotionApplicationMethod,
    PromotionCampaign,
    PromotionCampaignBudget,
    PromotionCampaignBudgetUsage,
    PromotionRule,
    PromotionRuleValue,
)
from medusa.modules.promotion.rows import PromotionRows, link_of
from medusa.modules.promotion.types import CampaignInput, NewPromotion, RuleChange, RuleInput, RuleKind
from medusa.modules.promotion.validity import check_method, check_rules

Row = Mapping[str, Any]


class PromotionService(ModuleService):
    """Discounts."""

    promotions = Crud(Promotion)
    promotion_application_methods = Crud(PromotionApplicationMethod)
    promotion_rules = Crud(PromotionRule)
    promotion_rule_values = Crud(PromotionRuleValue)
    campaigns = Crud(PromotionCampaign)
    campaign_budgets = Crud(PromotionCampaignBudget)
    campaign_budget_usages = Crud(PromotionCampaignBudgetUsage)

    # --- promotions

    async def create_with_rules(self, session: Session, promotions: Sequence[NewPromotion]) -> list[str]:
        """Create promotions; their ids. One statement to write, one more where campaigns are named.

        Raises:
            InvalidMethod, InvalidRule: One makes no sense.
            CampaignOfPromotionUnknown: A campaign does not exist.
            CampaignInOtherCurrency: The budget of a campaign of its own is in another currency.
        """
        rows = PromotionRows()
        ids = [rows.promotion(promotion) for promotion in promotions]
        joined = list(dict.fromkeys(one.campaign_id for one in promotions if one.campaign_id is not None))
        if joined:
            known = {row.id for row in await self.campaigns.list(session, {"id": joined})}
            if unknown := [id for id in joined if id not in known]:
                raise CampaignOfPromotionUnknown(unknown[0])
        await session.write(*rows.changes())
        return ids

    async def update_promotion(self, session: Session, id: str, columns: Row, method: Row | None) -> None:
        """Change a promotion and its application method.

        Raises:
            PromotionToChangeUnknown: There is no such promotion.
            InvalidMethod: It would make no sense.
            CampaignToJoinUnknown, OtherCurrency: It cannot join the campaign.
        """
        found = await self.promotions.list(session, {"id": id}, for_update=True)
        if not found:
            raise PromotionToChangeUnknown(id)
        [present] = await self.promotion_application_methods.list(session, {"promotion_id": id}, for_update=True)
        if method is not None:
            await self._check_change(session, found[0], present, columns, method)
        if (campaign := columns.get("campaign_id")) is not None:
            budget = await self._budget(session, campaign)
            if budget is _UNKNOWN:
                raise CampaignToJoinUnknown(campaign)
            _check_currency(budget, campaign, id, present.currency_code)
        changed, changed_method = changed_columns(found[0], columns), changed_columns(present, method or {})
        await session.write(
            Update(Promotion, [{"id": id, **changed}] if changed else []),
            Update(PromotionApplicationMethod, [{"id": present.id, **changed_method}] if changed_method else []),
        )

    async def _check_change(
        self,
        session: Session,
        promotion: Promotion,
        present: PromotionApplicationMethod,
        columns: Row,
        method: Row,
    ) -> None:
        names = ("type", "value", "target_type", "allocation", "max_quantity", "apply_to_quantity", "buy_rules_min_quantity")  # fmt: skip  # noqa: E501
        merged = {name: method.get(name, getattr(present, name)) for name in names}
        target_rules = await session.fetch_value(
            "SELECT count(*) FROM application_method_target_rules AS l JOIN promotion_rule AS r "
            "ON r.id = l.promotion_rule_id WHERE l.application_method_id = $1 AND r.deleted_at IS NULL",
            present.id,
        )
        kind = columns.get("type", promotion.type)
        check_method(merged, kind, target_rules=target_rules or None, buy_rules=None)

    async def delete_promotions(self, session: Session, ids: Sequence[str]) -> None:
        """Delete promotions with their application methods (soft)."""
        await session.write(SoftDelete(Promotion, ids), SoftDelete(PromotionApplicationMethod, ids, "promotion_id"))

    # --- rules

    async def batch_rules(
        self,
        session: Session,
        promotion_id: str,
        kind: RuleKind,
        *,
        create: Sequence[RuleInput],
        update: Sequence[RuleChange],
        delete: Sequence[str],
    ) -> list[str]:
        """Create, change and delete (by id) rules of a promotion; the ids of the new ones.

        Raises:
            PromotionUnknown, RulesUnknown: Something does not exist.
            InvalidRule: A rule names nothing.
        """
        check_rules(create)
        rows = PromotionRows()
        created: list[str] = []
        if create:
            created = rows.add_rules(kind, await self._owner(session, promotion_id, kind), create)
        await self._update_rules(session, update)
        table = link_of(kind)[0]
        await session.write(*rows.changes(), SoftDelete(PromotionRule, delete))
        await session.write(Delete(table, delete, "promotion_rule_id"))
        return created

    async def _owner(self, session: Session, promotion_id: str, kind: RuleKind) -> str:
        method = await self.promotion_application_methods.list(session, {"promotion_id": promotion_id})
        if not method:
            raise PromotionUnknown(promotion_id)
        return promotion_id if kind is RuleKind.RULES else method[0].id

    async def _update_rules(self, session: Session, changes: Sequence[RuleChange]) -> None:
        if not changes:
            return
        ids = [change.id for change in changes]
        known = {row.id for row in await self.promotion_rules.list(session, {"id": ids}, for_update=True)}
        if unknown := [id for id in ids if id not in known]:
            raise RulesUnknown(unknown)
        rows = [
            {
                name: value
                for name, value in msgspec.structs.asdict(change).items()
                if name != "values" and value is not msgspec.UNSET
            }
            for change in changes
        ]
        values = {
            change.id: [change.values] if isinstance(change.values, str) else list(change.values)
            for change in changes
            if not isinstance(change.values, msgspec.UnsetType)
        }
        await session.write(
            *(Update(PromotionRule, [row]) for row in rows if len(row) > 1),
            Delete(PromotionRuleValue, list(values), "promotion_rule_id"),
            Insert(
                PromotionRuleValue,
                [{"promotion_rule_id": id, "value": value} for id, listed in values.items() for value in listed],
            ),
        )

    # --- campaigns

    async def create_campaigns(self, session: Session, campaigns: Sequence[CampaignInput]) -> list[str]:
        """Create campaigns with their budgets; their ids. One statement."""
        rows = PromotionRows()
        ids = [rows.campaign(campaign) for campaign in campaigns]
        await session.write(*rows.changes())
        return ids

    async def update_campaign(self, session: Session, id: str, columns: Row, budget: Row | None) -> None:
        """Change a campaign and its budget; raises CampaignToChangeUnknown, NoBudget."""
        found = await self.campaigns.list(session, {"id": id}, for_update=True)
        if not found:
            raise CampaignToChangeUnknown(id)
        changes: list[Update] = []
        if changed := changed_columns(found[0], columns):
            changes.append(Update(PromotionCampaign, [{"id": id, **changed}]))
        if budget:
            present = await self.campaign_budgets.list(session, {"campaign_id": id}, for_update=True)
            if not present:
                raise NoBudget(id)
            if changed := changed_columns(present[0], budget):
                changes.append(Update(PromotionCampaignBudget, [{"id": present[0].id, **changed}]))
        await session.write(*changes)

    async def move_promotions(
        self, session: Session, campaign_id: str, add: Sequence[str], remove: Sequence[str]
    ) -> None:
        """Let promotions join and leave a campaign; unknown ones are passed over.

        Raises:
            CampaignUnknown: There is no such campaign.
        """
        if not await self.campaigns.list(session, {"id": campaign_id}):
            raise CampaignUnknown(campaign_id)
        leaving = [
            row.id for row in await self.promotions.list(session, {"id": list(remove), "campaign_id": campaign_id})
        ]
        await session.write(
            Update(Promotion, [{"id": id, "campaign_id": campaign_id} for id in add]),
            *(Update(Promotion, [{"id": id, "campaign_id": None}]) for id in leaving),
        )

    async def delete_campaigns(self, session: Session, ids: Sequence[str]) -> None:
        """Delete campaigns with their budgets (soft)."""
        await session.write(SoftDelete(PromotionCampaign, ids), SoftDelete(PromotionCampaignBudget, ids, "campaign_id"))

    async def _budget(self, session: Session, campaign_id: str) -> str | None:
        """The currency of a campaign's budget; None without one, ``_UNKNOWN`` without a campaign."""
        row = await session.fetch_row(
            "SELECT b.currency_code FROM promotion_campaign AS c LEFT JOIN promotion_campaign_budget AS b "
            "ON b.campaign_id = c.id AND b.deleted_at IS NULL WHERE c.id = $1 AND c.deleted_at IS NULL",
            campaign_id,
        )
        return _UNKNOWN if row is None else row["currency_code"]


_UNKNOWN = "?"


def _check_currency(budget: str | None, campaign_id: str, promotion_id: str, currency: str | None) -> None:
    if budget is not None and (currency or "").lower() != budget.lower():
        raise OtherCurrency(campaign_id, promotion_id)
