namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Decides what a column of digits is: dates, keys, codes or plain whole numbers.</summary>
internal static class WholeDecisions
{
    // 2000 to 2035: outside, numbers of ten and of thirteen digits need a name that speaks of time.
    private const long EpochFrom = 946_684_800;
    private const long EpochTo = 2_051_222_400;
    // 1990 to 2100.
    private const long WideEpochFrom = 631_152_000;
    private const long WideEpochTo = 4_102_444_800;

    /// <summary>A role other than plain number; null where there is none.</summary>
    public static RoleDecision? Decide(ColumnEvidence evidence, ObservedValues values) =>
        Huge(evidence, values) ?? DateDecisions.OfDigits(evidence, values) ?? Epoch(evidence, values) ?? Key(evidence,
            values) ?? Code(evidence, values);

    /// <summary>How keys of digits go on.</summary>
    public static KeyPattern KeyOf(ColumnEvidence evidence, ObservedValues values)
    {
        WholeEvidence whole = evidence.Whole;
        long span = whole.Max - whole.Min + 1;
        // Numbers that fill their range go on behind it; random ones of one length stay random.
        bool dense = !whole.HasHuge && span > 0 && values.Distinct >= 0.5 * span;
        if ((dense || !whole.HasFixedWidth || whole.MinWidth < 5) && !whole.HasHuge)
            return new KeyPattern
            {
                Kind = KeyKind.Sequence,
                Last = whole.Max,
                Width = whole.HasFixedWidth && whole.HasLeadingZero ? whole.MaxWidth : 1,
                Suffix = whole.EndsInPointZero ? ".0" : string.Empty,
            };
        return TextDecisions.KeyOf(evidence, values);
    }

    private static RoleDecision? Huge(ColumnEvidence evidence, ObservedValues values)
    {
        WholeEvidence whole = evidence.Whole;
        if (!whole.HasHuge && !(whole.HasLeadingZero && !evidence.Hints.IsQuantity))
            return null;
        string why = whole.HasHuge ? "too large to be exact as numbers" : "with leading zeros";
        if (values.AreNearlyUnique && values.Rows >= 20)
            return new RoleDecision(ColumnRole.Key, $"{values.Counted("strings of digits")}, {why}: a key")
            {
                Key = KeyOf(evidence,
                values)
            };
        return new RoleDecision(ColumnRole.Code, $"{values.Counted("strings of digits")}, {why}: a code");
    }

    private static RoleDecision? Epoch(ColumnEvidence evidence, ObservedValues values)
    {
        WholeEvidence whole = evidence.Whole;
        bool named = evidence.Hints.IsDate && !evidence.Hints.IsQuantity;
        foreach ((string pattern, long unit, int digits) in (ReadOnlySpan<(string, long, int)>)[("epoch s", 1, 9), ("epoch ms", 1000, 12)])
        {
            bool wide = whole.Min >= WideEpochFrom * unit && whole.Max <= WideEpochTo * unit;
            bool sure = whole.Min >= EpochFrom * unit && whole.Max <= EpochTo * unit && values.Distinct >= 20
                && whole.Max - whole.Min > 86400 * unit && !evidence.Hints.IsKey && !evidence.Hints.IsCode && !whole.IsRising;
            if (whole.MinWidth < digits || !(wide && named) && !sure)
                continue;
            double min = whole.Min / (double)unit, max = whole.Max / (double)unit;
            string from = DateTime.UnixEpoch.AddSeconds(min).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            string to = DateTime.UnixEpoch.AddSeconds(max).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            LatticeFinder lattice = evidence.Number.Point.Lattice;
            double step = lattice.Step / unit;
            return new RoleDecision(ColumnRole.Timestamp,
                $"whole numbers that are {(unit == 1 ? "seconds" : "milliseconds")} since 1970, from {from} to {to}: timestamps")
            {
                Format = pattern,
                Min = min,
                Max = max,
                Step = unit == 1 ? Math.Max(1, step) : Math.Max(0.001, step),
                Offset = step > 0 ? lattice.Offset / unit : 0,
            };
        }

        return null;
    }

    private static RoleDecision? Key(ColumnEvidence evidence, ObservedValues values)
    {
        WholeEvidence whole = evidence.Whole;
        ColumnNameHints hints = evidence.Hints;
        if (whole.HasNegative || values.Rows < 5)
            return null;
        bool quantity = hints.IsQuantity && !hints.IsKey;
        bool rising = whole.IsRising && (values.Rows >= (quantity ? 200 : 50) || hints.IsKey || (whole.Min is 0 or 1 && !quantity
            && values.Rows >= 10));
        string? why = rising ? ", rising by one" : null;
        if (why == null && hints.IsKey && values.Rows >= 10 && values.ShareOfDistinct >= 0.9)
            why = " under a name of keys";
        if (why == null && values.AreUnique && values.Rows >= 100 && !quantity && whole.Max - whole.Min + 1 == values.Rows)
            why = ", every one from the smallest to the largest";
        // Numbers with repetition would meet: n rows drawn from a range R give about n^2 / 2R equal pairs.
        double span = whole.Max - (double)whole.Min + 1;
        double pairs = values.Rows * (double)values.Rows / (2 * span);
        if (why == null && values.AreUnique && values.Rows >= 50 && !quantity && whole.MinWidth >= 6 && (whole.HasFixedWidth || pairs >= 5))
            why = $" of {whole.MaxWidth} digits without a repetition";
        return why == null ? null
            : new RoleDecision(ColumnRole.Key, $"{values.Counted("whole numbers")}{why}: a key") { Key = KeyOf(evidence, values) };
    }

    private static RoleDecision? Code(ColumnEvidence evidence, ObservedValues values)
    {
        WholeEvidence whole = evidence.Whole;
        ColumnNameHints hints = evidence.Hints;
        string what = whole.HasFixedWidth && whole.MaxWidth > 1 ? $"numbers of {whole.MaxWidth} digits" : "whole numbers";
        if (hints.IsPostal && whole.MaxWidth >= 3 && !whole.HasNegative)
            return new RoleDecision(ColumnRole.Code, $"{values.Counted(what)} under a name of codes: a code");
        // 0 and 1 stay numbers: both readings give the same, and sums of them mean something.
        bool binary = values.Distinct <= 2 && whole.Min >= 0 && whole.Max <= 1;
        if (hints.IsCode && !binary && values.Distinct <= Math.Max(2, values.Rows / 5)
            && (values.Distinct <= 256 || hints.IsKey))
            return new RoleDecision(ColumnRole.Code, $"{values.Counted(what)} under a name of codes: a code");
        // Few values far from each other that all come again and again, not on a common step: names, not sizes.
        double range = whole.Max - (double)whole.Min;
        double step = evidence.Number.Point.Lattice.Step;
        if (whole.HasFixedWidth && whole.MinWidth >= 4 && !whole.HasNegative && !hints.IsQuantity && values.Rows >= 50 && step <= 1
            && values.Distinct >= 3 && values.Distinct <= values.Rows / 8 && values.ShareOfSingles <= 0.05 && range / values.Distinct >= 50)
            return new RoleDecision(ColumnRole.Code,
                $"{values.Counted(what)}, far from each other and each in several rows: a code");
        return null;
    }
}
