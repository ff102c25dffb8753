"""What cycles ahead say: how a renewal goes on, what changes with it, where its purchase order stands."""

from collections.abc import Mapping

from services.words.i18n import N_

RENEWS: Mapping[str, str] = {"renews": N_("renews"), "ends": N_("ends"), "converts": N_("converts")}
CHANGES: Mapping[str, str] = {"scheduled": N_("planned"), "newer_price": N_("newer price")}
PO_STATES: Mapping[str, str] = {
    "none": N_("none"),
    "valid": N_("valid"),
    "expires": N_("expires before"),
    "cap": N_("cap not enough"),
}
RUNNING: Mapping[str, str] = {
    "renewing": N_("Renew by themselves"),
    "ending": N_("End with their period"),
    "scheduled": N_("Start later"),
}
