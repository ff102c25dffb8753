"""A story read from its file: every key known, every name defined, every fault with its place."""

from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from data.money import CURRENCIES
from data.period import Interval
from services.rules.changes import CommonDate
from services.rules.countries import COUNTRIES
from services.rules.pricing import Price, PriceModel, Tier
from services.rules.trials import EndAction, TrialPolicy
from services.scenario.events import read_events
from services.scenario.nodes import Node, root
from services.scenario.story import AccountPart, PlanPart, PricePart, ProductPart, SellerPart, Story, WrongFile

LONGEST_CODE = 40
LONGEST_TERMS = 365
T = TypeVar("T")


def read(text: str) -> Story:
    """The story of a file's text. Raises WrongFile, which names the place."""
    file = root(text)
    file.keys("seller catalog accounts events until")
    seller = _seller(file["seller"])
    catalog = _catalog(file["catalog"])
    plans = {plan.code for product in catalog for plan in product.plans}
    accounts = _each(file["accounts"], "code", lambda node: _account(node, plans))
    until = file["until"].day()
    events = read_events(file["events"], accounts, plans)
    late = next((event for event in events if event.on > until), None)
    if late is not None:
        raise WrongFile(f"{late.place}.on", f"{late.on} is after until, {until}")
    ordered = sorted(events, key=lambda event: event.on)  # stable: those of a day stay in the order of the file
    return Story(seller, catalog, accounts, tuple(ordered), until)


def _each(node: Node, key: str, read_one: Callable[[Node], T]) -> tuple[T, ...]:
    """The elements of a list, each named once by its key."""
    found: dict[str, T] = {}
    for element in node.items():
        one = read_one(element)
        name = str(element.value[key])
        if name in found:
            raise element[key].fault(f"'{name}' stands twice")
        found[name] = one
    return tuple(found.values())


def _seller(node: Node) -> SellerPart:
    node.keys("country currency time_zone")
    zone = node["time_zone"].text()
    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError):  # unknown, not a name at all, a folder of names
        raise node["time_zone"].fault(f"there is no time zone '{zone}'") from None
    return SellerPart(_country(node["country"]), _currency(node["currency"]), zone)


def _country(node: Node) -> str:
    return node.known(COUNTRIES, "country")


def _currency(node: Node) -> str:
    return node.known(CURRENCIES, "currency")


def _catalog(node: Node) -> tuple[ProductPart, ...]:
    products = _each(node, "product", _product)
    trials = [(place, product.trial) for place, product in enumerate(products)]
    seen: dict[str, str] = {}
    for product in products:
        for plan in product.plans:
            if plan.code in seen:
                raise node.fault(f"plan '{plan.code}' stands in two products")
            seen[plan.code] = product.code
    for place, trial in trials:
        if trial is not None and trial.to_plan is not None and seen.get(trial.to_plan) != products[place].code:
            raise WrongFile(f"catalog[{place}].trial.to", f"the product has no plan '{trial.to_plan}'")
    return products


def _product(node: Node) -> ProductPart:
    node.keys("product plans", "name trial")
    code = node["product"].text(longest=LONGEST_CODE)
    trial = node.get("trial")
    return ProductPart(
        code=code,
        name=_name(node, code),
        trial=_trial(trial) if trial else None,
        plans=_each(node["plans"], "code", _plan),
    )


def _name(node: Node, code: str) -> str:
    name = node.get("name")
    return name.text() if name else code


def _trial(node: Node) -> TrialPolicy:
    node.keys("days seats end", "to")
    end, to = node["end"].one_of(EndAction), node.get("to")
    if (end is EndAction.DOWNGRADE_TO_FREE) != (to is not None):
        raise WrongFile(f"{node.place}.to", "downgrade_to_free, and only it, needs a plan")
    return TrialPolicy(
        days=node["days"].count(1, 3650),
        seats=node["seats"].count(1),
        end_action=end,
        to_plan=to.text(longest=LONGEST_CODE) if to else None,
    )


def _plan(node: Node) -> PlanPart:
    node.keys("code prices", "name rank")
    code, rank = node["code"].text(longest=LONGEST_CODE), node.get("rank")
    prices: dict[tuple[str, Interval, date | None], PricePart] = {}
    for element in node["prices"].items():
        price = _price(element, code)
        key = (price.currency, price.interval, price.valid_from)
        if key in prices:
            raise element.fault("a second price of the same currency, interval and day")
        prices[key] = price
    return PlanPart(code, _name(node, code), rank.count() if rank else 1, tuple(prices.values()))


def _price(node: Node, plan: str) -> PricePart:
    node.keys("currency interval model", "unit_amount tiers valid_from")
    model, valid_from = node["model"].one_of(PriceModel), node.get("valid_from")
    wanted, other = ("unit_amount", "tiers") if model is PriceModel.PER_SEAT else ("tiers", "unit_amount")
    if node.get(wanted) is None:
        raise WrongFile(f"{node.place}.{wanted}", f"missing: the model is {model.value}")
    if node.get(other) is not None:
        raise WrongFile(f"{node.place}.{other}", f"does not go with the model {model.value}")
    tiers = (
        (Tier(None, node["unit_amount"].price()),)
        if model is PriceModel.PER_SEAT
        else tuple(_tier(tier) for tier in node["tiers"].items())
    )
    price = PricePart(
        currency=_currency(node["currency"]),
        interval=node["interval"].one_of(Interval),
        model=model.value,
        tiers=tuple(
            {"up_to": tier.up_to, "unit_amount": f"{tier.unit_amount:f}", "flat_amount": f"{tier.flat_amount:f}"}
            for tier in tiers
        ),
        valid_from=valid_from.day() if valid_from else None,
    )
    try:  # the rule itself says which tiers make a price
        Price(0, plan, price.currency, price.interval, model, tiers, 1, date.min, "")
    except ValueError as fault:
        raise node["tiers"].fault(str(fault)) from None
    return price


def _tier(node: Node) -> Tier:
    node.keys("up_to unit_amount", "flat_amount")
    up_to, flat = node.get("up_to"), node.get("flat_amount")
    return Tier(
        up_to=up_to.count(1) if up_to else None,
        unit_amount=node["unit_amount"].price(),
        flat_amount=flat.price() if flat else Decimal(0),
    )


def _account(node: Node, plans: Collection[str]) -> AccountPart:
    node.keys("code country currency business terms_days", "name vat_number co_term_on discounts")
    code, number, common = node["code"].text(longest=LONGEST_CODE), node.get("vat_number"), node.get("co_term_on")
    discounts = node.get("discounts")
    return AccountPart(
        code=code,
        name=_name(node, code),
        country=_country(node["country"]),
        currency=_currency(node["currency"]),
        vat_number=number.text(longest=30) if number else "",
        is_business=node["business"].flag(),
        terms_days=node["terms_days"].count(0, LONGEST_TERMS),
        co_term_on=_common_date(common) if common else None,
        discounts=_discounts(discounts, plans) if discounts else (),
    )


def _common_date(node: Node) -> str:
    text = node.text()
    try:
        CommonDate.parse(text)
        if len(text) != len("MM-DD"):
            raise ValueError
    except ValueError:
        raise node.fault("a day of the year is expected, as MM-DD") from None
    return text


def _discounts(node: Node, plans: Collection[str]) -> tuple[tuple[str, Decimal], ...]:
    found: dict[str, Decimal] = {}
    for element in node.items(may_be_empty=True):
        element.keys("plan percent")
        plan, percent = element["plan"].known(plans, "plan"), element["percent"].price()
        if percent > 100:
            raise element["percent"].fault("at most 100 percent")
        if plan in found:
            raise element["plan"].fault(f"'{plan}' stands twice")
        found[plan] = percent
    return tuple(found.items())
