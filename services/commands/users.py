"""What users change about themselves."""

from data.models import User
from services.access import acting, record
from services.errors import Invalid, NotSignedIn, Problem
from services.permissions import Actor, Permission
from services.words.i18n import LANGUAGES


def choose_language(actor: Actor, language: str) -> None:
    """The language the portal speaks to the actor from now on, 'en' or 'es'; raises `Invalid` for another."""
    if language not in LANGUAGES:
        raise Invalid(Problem("language", "not_a_choice"))
    with acting(actor, Permission.SEE_HELP) as session:
        user = session.get(User, actor.user_id)
        if user is None:
            raise NotSignedIn
        before, user.language = user.language, language
        record(
            session, "choose_language", subject=user.email, before={"language": before}, after={"language": language}
        )
