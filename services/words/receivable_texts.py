"""What receivables are called: the buckets of aging."""

from __future__ import annotations

from services.rules.aging import Bucket
from services.words.i18n import N_, Words

BUCKETS = {
    Bucket.NOT_DUE: N_("Not due"),
    Bucket.TO_30: N_("1–30 days"),
    Bucket.TO_60: N_("31–60 days"),
    Bucket.TO_90: N_("61–90 days"),
    Bucket.TO_120: N_("91–120 days"),
    Bucket.OVER_120: N_("Over 120 days"),
}


def bucket_name(bucket: Bucket, words: Words) -> str:
    """How late, in words."""
    return words.t(BUCKETS[bucket])
