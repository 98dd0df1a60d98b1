namespace Microsoft.ML.Diffusion.Tables.Cells;

/// <summary>Cells of text; the empty one is missing.</summary>
internal sealed class TextCells : CellType<ReadOnlyMemory<char>>
{
    public static readonly TextCells Instance = new();

    private TextCells()
    {
    }

    public override decimal LargestWhole => decimal.MaxValue;

    public override ReadOnlyMemory<char> Missing => default;

    public override bool IsMissing(ReadOnlyMemory<char> value) => value.IsEmpty;

    public override ReadOnlySpan<char> Text(ReadOnlyMemory<char> value, Span<char> buffer) => value.Span;

    public override ReadOnlyMemory<char> Parse(string text) => text.AsMemory();

    public override string TextOf(double value) => throw new NotSupportedException("A text is no number.");
}
