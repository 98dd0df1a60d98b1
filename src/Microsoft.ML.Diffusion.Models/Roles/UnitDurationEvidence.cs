namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Finds out, while cells pass, whether a column holds lengths of time of several numbers with units (1h 30m).</summary>
internal sealed class UnitDurationEvidence
{
    private readonly SortedDictionary<double, Unit> _units = new(Comparer<double>.Create((a, b) => b.CompareTo(a)));
    private bool _hasSeveral;

    public long Cells { get; private set; }
    public MisfitWords Misfits { get; } = new();
    public double Min { get; private set; } = double.PositiveInfinity;
    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Whether all cells are such lengths, and one has more than one number.</summary>
    public bool IsDuration => Misfits.AreMarks(Cells) && _hasSeveral;

    public UnitDuration Pattern => new([.. _units.Select(each => new UnitDuration.Part(
        each.Value.Text, each.Key, each.Value is { HasPadded: true, HasNarrow: false } ? 2 : 1, IsOptional: each.Value.Cells < Cells))]);

    /// <summary>Looks at one cell (without outer blanks).</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        if (Misfits.Hard > 0)
            return;
        bool isNegative = text.Length > 1 && text[0] == '-';
        ReadOnlySpan<char> rest = isNegative ? text[1..] : text;
        double total = 0, last = double.PositiveInfinity;
        int numbers = 0;
        while (!rest.IsEmpty)
        {
            if (!UnitDuration.TryCut(ref rest, out long count, out int digits, out ReadOnlySpan<char> unit)
                || !UnitDuration.TrySeconds(unit, out double seconds) || seconds >= last || !Fits(seconds, unit, digits, count))
            {
                Misfits.Add(text);
                return;
            }
            total += count * seconds;
            last = seconds;
            numbers++;
        }
        _hasSeveral |= numbers > 1;
        Cells++;
        Min = Math.Min(Min, isNegative ? -total : total);
        Max = Math.Max(Max, isNegative ? -total : total);
    }

    // A unit is spelt alike in all cells, but that nothing stands behind the last one of a cell.
    private bool Fits(double seconds, ReadOnlySpan<char> text, int digits, long count)
    {
        if (!_units.TryGetValue(seconds, out Unit? unit))
            _units.Add(seconds, unit = new Unit(text.ToString()));
        else if (!text.TrimEnd().SequenceEqual(unit.Text.AsSpan().TrimEnd()))
            return false;
        else if (text.Length > unit.Text.Length)
            unit.Text = text.ToString();
        unit.HasNarrow |= digits == 1;
        unit.HasPadded |= digits == 2 && count < 10;
        unit.Cells++;
        return true;
    }

    private sealed class Unit(string text)
    {
        public string Text { get; set; } = text;
        public bool HasNarrow { get; set; }
        public bool HasPadded { get; set; }
        public long Cells { get; set; }
    }
}
