"""What the help says: the steps of the flow, the policies of the portal, the definitions of its figures."""

from collections.abc import Mapping

from services.words.i18n import N_

# (label of the step as the flow has it, what it does)
STEPS: tuple[tuple[str, str], ...] = (
    (
        N_("Add new subscription"),
        N_("On the account page. You act for the account's billing contact, who is named on every page of the flow."),
    ),
    (
        N_("Choose the product"),
        N_("Products the account does not have come first. A product it has offers more seats instead."),
    ),
    (
        N_("Buy or Try"),
        N_("Try is offered where the product has a free trial and the account has not had it lately."),
    ),
    (
        N_("Plan tier"),
        N_("The tiers stand side by side with price and contents. A product with a single plan skips this step."),
    ),
    (
        N_("Number of seats"),
        N_("At least the minimum of the plan; in a trial at most the limit of the trial."),
    ),
    (
        N_("Billing plan"),
        N_("Monthly or Annual, from today or a later day, with a discount or negotiated price and its reason."),
    ),
    (
        N_("Proceed to Checkout, Add to Cart or Start Trial"),
        N_("The cart is the account's, survives the session and holds purchases and trials. Start Trial acts at once."),
    ),
    (
        N_("A trial alone"),
        N_("Confirmed at once with a welcome mail. There is no payment and no invoice."),
    ),
    (
        N_("Review"),
        N_("A sentence to read out, each line with its reason, tax and total due. Edit Order keeps what was entered."),
    ),
    (
        N_("Payment and VAT"),
        N_("Who ordered it and how you know, payment means, purchase order, and the VAT number, which is checked."),
    ),
    (
        N_("Place Order"),
        N_("Once, however often it is clicked. If a price or right changed since the review, nothing is ordered."),
    ),
    (
        N_("Result"),
        N_("Access at once, mails to the billing contact, and the invoice as PDF to the invoice recipients."),
    ),
    (
        N_("Assign seats"),
        N_("Paste the names and addresses of the people, or tick the products of each licensed user."),
    ),
)

# By the code of the setting: what it rules, with its value.
POLICIES: Mapping[str, tuple[str, str]] = {
    "trial_again_months": (N_("Trial again"), N_("A product can be tried again after {value} months.")),
    "maximum_seats": (N_("Seats of an order"), N_("One line has at most {value} seats.")),
    "proposal_valid_days": (N_("Proposal"), N_("A proposal that was sent for review is valid for {value} days.")),
    "cart_open_days": (N_("Carts left open"), N_("Home lists a cart that has been left for {value} days.")),
    "trial_look_ahead_days": (N_("Trials ending"), N_("Home lists trials that end within {value} days.")),
    "renewal_look_ahead_days": (N_("Renewals near"), N_("Home lists renewals within {value} days.")),
    "seat_idle_days": (N_("Idle seats"), N_("A seat is idle after {value} days without activity.")),
    "seat_in_use_days": (N_("Seats in use"), N_("A seat is in use with activity in the last {value} days.")),
    "seat_young_days": (N_("Young seats"), N_("A seat younger than {value} days is never called idle.")),
    "feed_stale_days": (N_("Age of activity"), N_("No seat is called idle when its feed is older than {value} days.")),
}

# What is the same for every account (billing rules), in short.
RULES: tuple[tuple[str, str], ...] = (
    (
        N_("Billing in advance"),
        N_(
            "A period is billed in full when it begins. Boundaries count from the first day: 31 January, 28 February, "
            "31 March."
        ),
    ),
    (
        N_("Changing with a new period"),
        N_("The unused part of the running period is credited, and a full new period is billed from today."),
    ),
    (
        N_("Changing within the period"),
        N_("The days that are left are credited at the old price and charged at the new; the billing date stays."),
    ),
    (
        N_("Changing at the renewal"),
        N_(
            "Nothing is billed today. It waits for the renewal, can be withdrawn, and stays when seats are added today."
        ),
    ),
    (
        N_("Changing until the common date"),
        N_("As within the period, but it ends on the account's common renewal date, which then is the billing date."),
    ),
    (
        N_("Rounding"),
        N_("Each line is worked out exactly and rounded once, half away from zero. The actual days of a period count."),
    ),
    (
        N_("VAT"),
        N_(
            "The seller's rate at home; reverse charge for businesses with a number elsewhere in the EU, else the rate "
            "of the customer's country; outside the EU out of scope."
        ),
    ),
    (
        N_("Invoices"),
        N_("Numbered without gaps, never edited. A wrong invoice is credited, whole or in part, and ordered again."),
    ),
    (
        N_("Seats"),
        N_(
            "The ticks of a user replace the products the user had; none ticked suspends. Never more seats are "
            "assigned than were bought. The subscription in force gives the seat; seats of one that starts later can "
            "be assigned ahead, and give access from its start."
        ),
    ),
    (
        N_("Trials"),
        N_(
            "Extended by 30 days in all, beyond that with approval. Bought on any day, also after the end: from that "
            "day it is paid, and those who had a seat keep it or get it back."
        ),
    ),
    (
        N_("Cancelling"),
        N_(
            "Access until the end of the paid period, nothing is credited; until then it can be reactivated. Before "
            "its first day a subscription is called off and credited in full."
        ),
    ),
    (
        N_("Approvals"),
        N_(
            "What is beyond a limit is asked for with a reason and decided by somebody else; approved, it is done at "
            "once. An approved discount holds for one order with that plan and discount."
        ),
    ),
    (
        N_("Payments"),
        N_(
            "A payment pays the chosen invoice, then the oldest. One that fails is taken back, and what it paid is "
            "open again. A disputed invoice gets no reminders."
        ),
    ),
    (
        N_("Balance"),
        N_(
            "What is left of credit notes and payments pays the next invoice, the oldest part first. Money goes back "
            "only as an approved refund."
        ),
    ),
    (
        N_("Card numbers"),
        N_("Card numbers never enter the portal; a field that holds one is refused."),
    ),
)

DEFINITIONS: tuple[tuple[str, str], ...] = (
    (N_("Seats bought"), N_("Seats of subscriptions and trials that run or are scheduled.")),
    (N_("Assigned"), N_("Seats given to a licensed user and not released.")),
    (N_("Free"), N_("Seats bought less seats assigned.")),
    (N_("Suspended"), N_("A licensed user without a seat: known to the account, without access.")),
    (N_("Billing period"), N_("The days an amount pays for: from its first day to the day before the next period.")),
    (N_("Billing date"), N_("The day the next period begins and is billed.")),
    (N_("Plan price"), N_("Price of a seat for one period, before discount and VAT; finer than a cent where agreed.")),
    (N_("Discount"), N_("Percent off the plan price, or a negotiated price per seat; taken before VAT.")),
    (N_("Subtotal"), N_("The sum of the net lines, after discount and before VAT.")),
    (N_("Total due"), N_("Subtotal and VAT of what is ordered now, less the credits of the same order.")),
    (N_("Credit balance"), N_("What earlier credits left over; it is used, oldest first, for the next invoice.")),
    (N_("Due date"), N_("Day of issue and the account's payment terms. On that day the invoice is not overdue yet.")),
    (
        N_("Recurring revenue (MRR)"),
        N_("The net price of a month of all running subscriptions, after standing discounts, without VAT or trials."),
    ),
)

TRIAL_ENDS: Mapping[str, str] = {
    "expire": N_("expires, nothing is charged"),
    "convert": N_("becomes a paid subscription"),
    "downgrade_to_free": N_("goes on as {plan}, free of charge"),
}
