namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>Cells that are computed from others of their row, such as the month of a date. One is missing where one of those is missing,
/// and only there: so training hides it with them, and a predictor of the ones is not given the others.</summary>
internal sealed class ComputedCells
{
    // The encoded columns that each encoded column is computed from; itself for one of its own.
    private readonly int[][] _sources;
    private readonly int[] _computed;

    private ComputedCells(int[][] sources, int[] computed) => (_sources, _computed) = (sources, computed);

    /// <summary>Finds the computed columns of a table; null where there are none.</summary>
    /// <param name="encoder">The columns.</param>
    public static ComputedCells? Of(TableEncoder encoder)
    {
        int[] places = [.. encoder.Encoded.Select(column => column.Source)];
        int[] computed = [.. Enumerable.Range(0, places.Length).Where(i => encoder.Columns[places[i]].Sources.Count > 0)];
        if (computed.Length == 0)
            return null;
        int[][] sources = [.. Enumerable.Range(0, places.Length).Select(i => encoder.Columns[places[i]].Sources is { Count: > 0 } own
            ? own.Select(source => Array.IndexOf(places, source)).Where(place => place >= 0).ToArray() : [i])];
        return new ComputedCells(sources, computed);
    }

    /// <summary>What is hidden when a column is: the first that it is computed from, or itself.</summary>
    public int SourceOf(int column) => _sources[column] is [int first, ..] ? first : column;

    /// <summary>Hides computed cells where one that they are computed from is hidden, and shows them elsewhere.</summary>
    /// <param name="cells">The encoded row.</param>
    /// <param name="isHidden">For each cell, whether it is hidden.</param>
    public void Follow(ReadOnlySpan<float> cells, Span<bool> isHidden)
    {
        foreach (int column in _computed)
        {
            bool any = false;
            foreach (int source in _sources[column])
                any |= isHidden[source];
            isHidden[column] = any && !float.IsNaN(cells[column]);
        }
    }

    /// <summary>Whether two columns are computed from the same, or one from the other.</summary>
    public bool AreRelated(int column, int other) => _sources[column].AsSpan().ContainsAny(_sources[other]);

    /// <summary>Slots of columns that are not related to one.</summary>
    /// <param name="encoder">The columns.</param>
    /// <param name="column">An encoded column.</param>
    /// <param name="slots">Slots in ascending order.</param>
    public IEnumerable<int> Unrelated(TableEncoder encoder, int column, IEnumerable<int> slots)
    {
        bool[] isRelated = new bool[encoder.SlotCount];
        for (int other = 0; other < _sources.Length; other++)
        {
            if (AreRelated(column, other))
                isRelated.AsSpan(encoder.Encoded[other].FirstSlot, encoder.Encoded[other].SlotCount).Fill(true);
        }
        return slots.Where(slot => !isRelated[slot]);
    }
}
