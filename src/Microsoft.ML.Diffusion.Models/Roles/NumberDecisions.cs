using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Decides on numbers, amounts, and durations written with a unit.</summary>
internal static class NumberDecisions
{
    /// <summary>A number, an amount or a duration; null where the cells are none.</summary>
    public static RoleDecision? Decide(ColumnEvidence evidence, ObservedValues values, bool preferComma)
    {
        NumberEvidence number = evidence.Number;
        if (!number.IsNumeric || IsCodeWithExponents(evidence))
            return null;
        NumberReading reading = number.Choose(preferComma);
        NumberFormat format = number.ToFormat(reading);
        bool plain = format.Prefix.Length == 0 && format.Suffix.Length == 0 && format.Group == 0
            && (format.DecimalSign == '.' || !reading.HasDecimalSign) && format is { Negative: NegativeStyle.Leading, Minus: '-' };
        if (Affixes.IsTime(format.Suffix, evidence.Hints.IsDuration) && format.Prefix.Length == 0)
            return OfDuration(evidence, values, reading, format);
        double step = reading.Lattice.Step;
        string kind = KindOf(reading, format, step, values);
        string range = $"from {format.Format(reading.Min)} to {format.Format(reading.Max)}";
        return new RoleDecision(plain ? ColumnRole.Number : ColumnRole.Amount, plain
            ? $"{values.Counted(kind)}, {range}: numbers"
            : $"{values.Counted(kind)} written as {format}, {range}: amounts")
        {
            Format = format.ToString(),
            Min = reading.Min,
            Max = reading.Max,
            Step = step,
            Offset = step > 0 ? reading.Lattice.Offset : 0,
            Words = number.Misfits.Words,
            Notes = Notes(evidence, reading, values),
        };
    }

    // 105, 1E5, 2E3: three characters everywhere, and no sign that a program wrote an exponent.
    private static bool IsCodeWithExponents(ColumnEvidence evidence) =>
        evidence.Number.HasBareExponents && evidence.Mask.Mask != null && evidence.Number.Misfits.Words.Count == 0;

    private static string KindOf(NumberReading reading, NumberFormat format, double step, ObservedValues values)
    {
        if (format.IsAlwaysExponent)
            return $"numbers of {format.Exponent!.MaxDecimals + 1} significant digits";
        if (step > 1 || (step > 0 && !reading.IsWhole))
        {
            string offset = reading.Lattice.Offset == 0 ? string.Empty
                : string.Create(CultureInfo.InvariantCulture, $" beside {reading.Lattice.Offset}");
            return string.Create(CultureInfo.InvariantCulture, $"multiples of {step}{offset}");
        }

        return reading.IsWhole ? reading.HasDecimalSign ? "whole numbers with decimals of zero" : "whole numbers"
            : format.MaxDecimals == 1 ? "numbers with a decimal" : $"numbers with up to {format.MaxDecimals} decimals";
    }

    private static string[] Notes(ColumnEvidence evidence, NumberReading reading, ObservedValues values)
    {
        NumberEvidence number = evidence.Number;
        bool decimals = reading.DecimalSign == '.' && reading.HasDecimalSign;
        if (!number.IsUndecided || decimals || Affixes.IsCurrency(number.Prefix) || Affixes.IsCurrency(number.Suffix))
            return [];
        string sample = values.Values.Count > 0 ? values.Values[0].Value.Trim() : string.Empty;
        string read = reading.HasDecimalSign ? "decimals" : "groups of thousands";
        return [$"'{evidence.Name}': cells such as {sample} can have decimals or groups of thousands; they are read as {read}. "
            + "Give the format in columns.json if that is wrong."];
    }

    private static RoleDecision OfDuration(ColumnEvidence evidence, ObservedValues values, NumberReading reading, NumberFormat format)
    {
        double unit = Affixes.Seconds(format.Suffix);
        return new RoleDecision(ColumnRole.Duration, $"{values.Counted("numbers")} with the unit of time '{format.Suffix.Trim()}', "
            + $"from {format.Format(reading.Min)} to {format.Format(reading.Max)}: durations")
        {
            Format = format.ToString(),
            Min = reading.Min * unit,
            Max = reading.Max * unit,
            Step = reading.Lattice.Step * unit,
            Offset = reading.Lattice.Step > 0 ? reading.Lattice.Offset * unit : 0,
            Words = evidence.Number.Misfits.Words,
        };
    }
}
