"""Fulfillment sets, service zones, shipping profiles and options, fulfillments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medusa.framework.db import Delete, Insert, Session, SoftDelete, Update
from medusa.framework.ids import generate_id
from medusa.framework.modules import Crud, ModuleService
from medusa.framework.modules.updating import changed_columns
from medusa.modules.fulfillment.errors import (
    OptionsUnknown,
    ProfileInUse,
    RulesUnknown,
    RuleUnknown,
    TypeInUse,
    ZoneUnknown,
)
from medusa.modules.fulfillment.models import (
    Fulfillment,
    FulfillmentAddress,
    FulfillmentItem,
    FulfillmentLabel,
    FulfillmentProvider,
    FulfillmentSet,
    GeoZone,
    ServiceZone,
    ShippingOption,
    ShippingOptionRule,
    ShippingOptionType,
    ShippingProfile,
)
from medusa.modules.fulfillment.option_rules import check_rule
from medusa.modules.fulfillment.provider import FulfillmentProvider as Provider

Row = Mapping[str, Any]


class FulfillmentService(ModuleService):
    """What is shipped, and how."""

    fulfillment_providers = Crud(FulfillmentProvider)
    fulfillment_sets = Crud(FulfillmentSet)
    service_zones = Crud(ServiceZone)
    geo_zones = Crud(GeoZone)
    shipping_profiles = Crud(ShippingProfile)
    shipping_option_types = Crud(ShippingOptionType)
    shipping_options = Crud(ShippingOption)
    shipping_option_rules = Crud(ShippingOptionRule)
    fulfillments = Crud(Fulfillment)
    fulfillment_addresses = Crud(FulfillmentAddress)
    fulfillment_items = Crud(FulfillmentItem)
    fulfillment_labels = Crud(FulfillmentLabel)

    def provider(self, id: str) -> Provider:
        """The provider with this id, such as ``manual_manual``; NotFound when it is not configured."""
        return self.providers.get(Provider, id)

    def configured(self) -> dict[str, Provider]:
        """All providers, by id."""
        known = self.providers.of(Provider.module)
        return {id: provider for id, provider in known.items() if isinstance(provider, Provider)}

    # --- zones

    async def create_zone(self, session: Session, set_id: str, name: str, geo_zones: Sequence[Row]) -> str:
        """Give a fulfillment set a service zone with these places; its id. One statement."""
        id = generate_id(ServiceZone.__prefix__)
        await session.write(
            Insert(ServiceZone, [{"id": id, "name": name, "fulfillment_set_id": set_id}]),
            Insert(GeoZone, [{**zone, "service_zone_id": id} for zone in geo_zones]),
        )
        return id

    async def update_zone(
        self, session: Session, set_id: str, id: str, name: str | None, geo_zones: Sequence[Row] | None
    ) -> None:
        """Change a zone; ``geo_zones`` replace its places, those with the ``id`` of one that exists change it.

        Raises:
            ZoneUnknown: The set has no such zone.
            NotFound: There is no such set.
        """
        await self._check_zone(session, set_id, id)
        await session.write(Update(ServiceZone, [{"id": id, "name": name}] if name is not None else []))
        if geo_zones is None:
            return
        present = {row.id for row in await self.geo_zones.list(session, {"service_zone_id": id}, for_update=True)}
        kept = [zone for zone in geo_zones if zone.get("id") in present]
        new = [{**zone, "service_zone_id": id} for zone in geo_zones if zone.get("id") not in present]
        await session.write(
            *(Update(GeoZone, [zone]) for zone in kept),
            Insert(GeoZone, new),
            Delete(GeoZone, sorted(present - {zone["id"] for zone in kept})),
        )

    async def _check_zone(self, session: Session, set_id: str, id: str) -> None:
        await self.fulfillment_sets.retrieve(session, set_id)
        if not await self.service_zones.list(session, {"id": id, "fulfillment_set_id": set_id}, for_update=True):
            raise ZoneUnknown(id)

    async def delete_zone(self, session: Session, set_id: str, id: str) -> list[str]:
        """Delete a zone of a set (soft) with its shipping options; the ids of these.

        Raises:
            ZoneUnknown: The set has no such zone.
            NotFound: There is no such set.
        """
        await self._check_zone(session, set_id, id)
        return await self._delete_zones(session, [id])

    async def delete_sets(self, session: Session, ids: Sequence[str]) -> list[str]:
        """Delete fulfillment sets (soft) with their zones and shipping options; the ids of the options."""
        zones = [row.id for row in await self.service_zones.list(session, {"fulfillment_set_id": list(ids)})]
        await session.write(SoftDelete(FulfillmentSet, ids))
        return await self._delete_zones(session, zones) if zones else []

    async def _delete_zones(self, session: Session, ids: Sequence[str]) -> list[str]:
        options = [row.id for row in await self.shipping_options.list(session, {"service_zone_id": list(ids)})]
        await session.write(
            SoftDelete(ServiceZone, ids),
            SoftDelete(GeoZone, ids, "service_zone_id"),
            SoftDelete(ShippingOption, options),
            SoftDelete(ShippingOptionRule, options, "shipping_option_id"),
        )
        return options

    # --- profiles and types

    async def delete_profiles(self, session: Session, ids: Sequence[str]) -> None:
        """Delete shipping profiles (soft).

        Raises:
            NotFound: One does not exist.
            ProfileInUse: Shipping options belong to one.
        """
        known = {row.id for row in await self.shipping_profiles.list(session, {"id": list(ids)}, for_update=True)}
        if unknown := [id for id in ids if id not in known]:
            raise self.shipping_profiles.not_found(unknown[0])
        options = await self.shipping_options.list(session, {"shipping_profile_id": list(ids)})
        if used := sorted({row.shipping_profile_id for row in options if row.shipping_profile_id is not None}):
            raise ProfileInUse(used)
        await self.shipping_profiles.soft_delete(session, ids)

    async def delete_option_types(self, session: Session, ids: Sequence[str]) -> None:
        """Delete types of shipping options (soft); raises TypeInUse while there are options of one."""
        if await self.shipping_options.list(session, {"shipping_option_type_id": list(ids)}, limit=1):
            raise TypeInUse
        await self.shipping_option_types.soft_delete(session, ids)

    # --- options

    async def create_option(self, session: Session, columns: Row, type: Row | None, rules: Sequence[Row]) -> str:
        """Create a shipping option with its rules, and a type of its own where one is given; its id. One statement.

        Raises:
            RuleValueNotList, RuleValueNotSingle: A rule cannot hold.
        """
        for rule in rules:
            check_rule(rule["operator"], rule["value"])
        row = {**columns, "id": generate_id(ShippingOption.__prefix__)}
        types: list[Row] = []
        if type is not None:
            row["shipping_option_type_id"] = generate_id(ShippingOptionType.__prefix__)
            types.append({**type, "id": row["shipping_option_type_id"]})
        await session.write(
            Insert(ShippingOptionType, types),
            Insert(ShippingOption, [row]),
            Insert(ShippingOptionRule, [{**rule, "shipping_option_id": row["id"]} for rule in rules]),
        )
        return str(row["id"])

    async def update_option(
        self, session: Session, id: str, columns: Row, type: Row | None, rules: Sequence[Row] | None
    ) -> None:
        """Change a shipping option; ``rules`` replace its rules, those with the ``id`` of one that exists change it.

        Raises:
            OptionsUnknown: There is no such option.
            RulesUnknown: A rule belongs to another option.
            RuleValueNotList, RuleValueNotSingle.
        """
        found = await self.shipping_options.list(session, {"id": id}, for_update=True)
        if not found:
            raise OptionsUnknown([id])
        given = dict(columns)
        types: list[Row] = []
        if type is not None:
            given["shipping_option_type_id"] = generate_id(ShippingOptionType.__prefix__)
            types.append({**type, "id": given["shipping_option_type_id"]})
        changed = changed_columns(found[0], given)
        await session.write(
            Insert(ShippingOptionType, types), Update(ShippingOption, [{"id": id, **changed}] if changed else [])
        )
        if rules is not None:
            await self._replace_rules(session, id, rules)

    async def _replace_rules(self, session: Session, id: str, rules: Sequence[Row]) -> None:
        for rule in rules:
            check_rule(rule["operator"], rule["value"])
        present = {row.id for row in await self.shipping_option_rules.list(session, {"shipping_option_id": id})}
        kept = [rule for rule in rules if "id" in rule]
        if unknown := [rule["id"] for rule in kept if rule["id"] not in present]:
            raise RulesUnknown(unknown, id)
        await session.write(
            Update(ShippingOptionRule, kept),
            Insert(ShippingOptionRule, [{**rule, "shipping_option_id": id} for rule in rules if "id" not in rule]),
            Delete(ShippingOptionRule, sorted(present - {rule["id"] for rule in kept})),
        )

    async def batch_rules(
        self, session: Session, option_id: str, *, create: Sequence[Row], update: Sequence[Row], delete: Sequence[str]
    ) -> list[str]:
        """Create, change and delete (by id) rules of an option; the ids of the new ones.

        Raises:
            NotFound: The option or a rule to change does not exist.
            RuleValueNotList, RuleValueNotSingle: A rule cannot hold.
        """
        for rule in (*create, *update):
            check_rule(rule["operator"], rule["value"])
        ids = [str(rule["id"]) for rule in update]
        if ids:
            known = {row.id for row in await self.shipping_option_rules.list(session, {"id": ids}, for_update=True)}
            if unknown := [id for id in ids if id not in known]:
                raise RuleUnknown(unknown[0])
        rows = [{**rule, "id": generate_id("sorul"), "shipping_option_id": option_id} for rule in create]
        await session.write(
            Insert(ShippingOptionRule, rows), Update(ShippingOptionRule, update), SoftDelete(ShippingOptionRule, delete)
        )
        return [str(row["id"]) for row in rows]

    async def delete_options(self, session: Session, ids: Sequence[str]) -> None:
        """Delete shipping options with their rules (soft)."""
        await session.write(SoftDelete(ShippingOption, ids), SoftDelete(ShippingOptionRule, ids, "shipping_option_id"))
