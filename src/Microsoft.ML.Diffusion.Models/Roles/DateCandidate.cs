namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>One way to read a column of dates, and what all cells say about it.</summary>
internal sealed class DateCandidate(DateField[] layout)
{
    private static readonly DateTime s_epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    public DateField[] Layout => layout;
    public bool IsAlive { get; private set; } = true;
    public DateTime Min { get; private set; } = DateTime.MaxValue;
    public DateTime Max { get; private set; } = DateTime.MinValue;
    public bool AreAllMonthStarts { get; private set; } = true;
    public bool AreAllMonthEnds { get; private set; } = true;

    /// <summary>Bit 0: some cell is a Sunday; and so on.</summary>
    public int Weekdays { get; private set; }
    public LatticeFinder Lattice { get; } = new();

    public bool Has(DateField field) => Array.IndexOf(layout, field) >= 0;

    /// <summary>Looks at one cell; ends the candidate where the cell is no valid date in this way.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="tokens">Its tokens, as many as the layout has fields.</param>
    /// <param name="words">Month, day of the week and afternoon from the words; fields of digits are filled in here.</param>
    public void Add(ReadOnlySpan<char> text, ReadOnlySpan<DateToken> tokens, in DateParts words)
    {
        if (!IsAlive)
            return;
        DateParts parts = words;
        for (int i = 0; i < layout.Length; i++)
        {
            if (!tokens[i].IsDigits || layout[i] == DateField.Literal)
                continue;
            int value = 0;
            for (int k = 0; k < tokens[i].Length; k++)
                value = (value * 10) + (text[tokens[i].Start + k] - '0');
            if (layout[i] == DateField.Offset)
                parts.OffsetMinutes += tokens[i].Length == 4 ? (value / 100 * 60) + (value % 100) : tokens[i - 1].Kind == ':' ? value
                    : value * 60;
            else
                parts.Set(layout[i], value, tokens[i].Length);
        }

        IsAlive = parts.TryGetMoment(out DateTime moment);
        if (!IsAlive)
            return;
        Min = moment < Min ? moment : Min;
        Max = moment > Max ? moment : Max;
        Weekdays |= 1 << (int)moment.DayOfWeek;
        AreAllMonthStarts &= moment.Day == 1;
        AreAllMonthEnds &= moment.Day == DateTime.DaysInMonth(moment.Year, moment.Month);
        if (moment.Ticks % TimeSpan.TicksPerSecond != 0)
            Lattice.Stop();
        Lattice.Add((moment - s_epoch).TotalSeconds, 0);
    }
}
