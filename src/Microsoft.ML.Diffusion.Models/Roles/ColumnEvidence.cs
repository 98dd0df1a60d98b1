namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>All that the cells of a column say, while they pass.</summary>
internal sealed class ColumnEvidence(string name, int distinctLimit)
{
    public string Name => name;
    public ColumnNameHints Hints { get; } = new(name);
    public DistinctSample Sample { get; } = new(distinctLimit);
    public NumberEvidence Number { get; } = new();
    public WholeEvidence Whole { get; } = new();
    public DateEvidence Date { get; } = new();
    public DurationEvidence Duration { get; } = new();
    public UnitDurationEvidence UnitDuration { get; } = new();
    public MaskEvidence Mask { get; } = new();
    public TextEvidence Text { get; } = new();
    public long Rows { get; private set; }
    public long Missing { get; private set; }

    public void Add(ReadOnlySpan<char> cell, bool isMissing)
    {
        Rows++;
        ReadOnlySpan<char> text = cell.Trim();
        if (isMissing || text.IsEmpty)
        {
            Missing++;
            return;
        }

        // What was seen says nothing new, except that the column does not rise.
        if (!Sample.Add(cell))
        {
            if (Whole.IsRising || Mask.IsRising)
                Repeat(text);
            return;
        }

        if (MissingWords.IsCertain(text))
            return;
        Number.Add(text);
        Whole.Add(text);
        Date.Add(text);
        Duration.Add(text);
        UnitDuration.Add(text);
        Mask.Add(text);
        Text.Add(text);
    }

    private void Repeat(ReadOnlySpan<char> text)
    {
        if (MissingWords.IsCertain(text))
            return;
        Whole.Repeat();
        Mask.Repeat();
    }
}
