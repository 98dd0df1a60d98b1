namespace Microsoft.ML.Diffusion.Series.Methods.Blend;

/// <summary>Hidden cells by variable, with what trees are told of them, and the series that they are hidden in.</summary>
internal sealed class HiddenRows
{
    /// <param name="variables">The number of variables.</param>
    public HiddenRows(int variables)
    {
        Rows = new List<float[]>[variables];
        Left = new List<float>[variables];
        for (int v = 0; v < variables; v++)
            (Rows[v], Left[v]) = ([], []);
    }

    /// <summary>What trees are told of each cell of a variable.</summary>
    public List<float[]>[] Rows { get; }

    /// <summary>What the smoother leaves of each.</summary>
    public List<float>[] Left { get; }

    /// <summary>The series, in the form that a network learns from.</summary>
    public List<DenoiserSeries> Series { get; } = [];

    /// <summary>Adds cells and series, in their order; null where nothing was hidden.</summary>
    public void Add(List<(int Variable, float[] Row, float Left)>?[] cells, DenoiserSeries?[] series)
    {
        foreach (List<(int Variable, float[] Row, float Left)>? list in cells)
        {
            foreach ((int variable, float[] row, float left) in list ?? [])
            {
                Rows[variable].Add(row);
                Left[variable].Add(left);
            }
        }
        Series.AddRange(series.OfType<DenoiserSeries>());
    }
}
