"""The month-end pack: the files of a closed month, the same bytes whenever they are made."""
