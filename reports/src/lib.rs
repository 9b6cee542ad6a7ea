//! What a person sees: one self-contained HTML page, charts, and tables as text. Shows what `wasmark-results` decided, and decides nothing.
