"""How we say it: sentences, numbers and dates, for screens, mails, documents and exports alike."""
