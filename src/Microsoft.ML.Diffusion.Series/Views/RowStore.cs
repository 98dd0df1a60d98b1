namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>Rows of numbers in memory, as many as come.</summary>
/// <param name="width">The numbers of a row.</param>
internal sealed class RowStore(int width)
{
    private const int BlockRows = 4096;

    private readonly List<double[]> _blocks = [];

    /// <summary>How many rows there are.</summary>
    public int Count { get; private set; }

    /// <summary>A row.</summary>
    public Span<double> this[int row] => _blocks[row / BlockRows].AsSpan(row % BlockRows * width, width);

    /// <summary>Adds a row of zeros.</summary>
    public Span<double> Add()
    {
        if (Count == _blocks.Count * BlockRows)
            _blocks.Add(new double[BlockRows * width]);
        return this[Count++];
    }
}
