namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>How probable every category of some columns is in some rows. NaN where the cell is observed, or nobody can tell.</summary>
internal sealed class CategoryShares
{
    private readonly float[][] _shares;
    private readonly int[] _counts;

    /// <param name="columns">The columns of the rows.</param>
    /// <param name="places">The columns that are asked for, which hold categories.</param>
    /// <param name="rowCount">How many rows.</param>
    public CategoryShares(IReadOnlyList<TableColumn> columns, int[] places, int rowCount)
    {
        Places = places;
        _counts = [.. places.Select(place => columns[place].Categories.Count)];
        _shares = [.. _counts.Select(count => new float[count * rowCount])];
        foreach (float[] shares in _shares)
            Array.Fill(shares, float.NaN);
    }

    /// <summary>The columns that are asked for.</summary>
    public IReadOnlyList<int> Places { get; }

    /// <summary>The share of every category of a column in a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="index">The column's number among <see cref="Places"/>.</param>
    public Span<float> Of(int row, int index) => _shares[index].AsSpan(row * _counts[index], _counts[index]);
}
