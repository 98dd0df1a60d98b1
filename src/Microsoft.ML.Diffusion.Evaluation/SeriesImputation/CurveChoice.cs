namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>Chooses what is drawn: of each variable some series, or parts of long ones, at equal steps of their error, so that neither the
/// best nor the worst alone are seen.</summary>
/// <param name="series">The series.</param>
/// <param name="deviations">The standard deviation of each variable.</param>
internal sealed class CurveChoice(ComparedSeries series, double[] deviations)
{
    private const int Drawn = 12;
    private const int MostSteps = 96;
    private const int FewestCells = 3;

    private readonly List<Part>[] _parts = [.. deviations.Select(_ => new List<Part>())];

    /// <summary>Adds a judged cell; the steps of a series come one after another.</summary>
    /// <param name="variable">Its variable.</param>
    /// <param name="group">Its series.</param>
    /// <param name="step">Its step.</param>
    /// <param name="error">How far it is from the truth; NaN where it was not filled.</param>
    public void Add(int variable, int group, int step, double error)
    {
        if (double.IsNaN(error))
            return;
        List<Part> parts = _parts[variable];
        int start = step / MostSteps * MostSteps;
        if (parts.Count == 0 || parts[^1].Group != group || parts[^1].Start != start)
            parts.Add(new Part(group, start, 0, 0));
        Part last = parts[^1];
        parts[^1] = last with { Count = last.Count + 1, Errors = last.Errors + error };
    }

    /// <summary>The chosen curves, variable after variable.</summary>
    public IEnumerable<ImputedSeriesCurve> Choose()
    {
        int[] variables = [.. Enumerable.Range(0, _parts.Length).Where(v => _parts[v].Count > 0)
            .OrderByDescending(v => _parts[v].Sum(part => (long)part.Count)).Take(Drawn).Order()];
        foreach (int v in variables)
        {
            int least = Math.Min(FewestCells, _parts[v].Max(part => part.Count));
            Part[] parts = [.. _parts[v].Where(part => part.Count >= least).OrderBy(part => part.Errors / part.Count)];
            int count = Math.Min(parts.Length, Math.Max(1, Drawn / variables.Length));
            for (int i = 0; i < count; i++)
                yield return Curve(v, parts[((2 * i) + 1) * parts.Length / (2 * count)]);
        }
    }

    private ImputedSeriesCurve Curve(int variable, Part part)
    {
        int[] rows = series.Truth.RowsOf(part.Group).ToArray();
        rows = rows[part.Start..Math.Min(rows.Length, part.Start + MostSteps)];
        double[] observed = [.. rows.Select(row => series.Holed[row][variable])];
        FilledCell[] filled = [.. rows.Zip(observed, (row, value) => double.IsNaN(value)
            ? series.CellOf(row, variable) : new FilledCell(double.NaN, double.NaN, double.NaN, null))];
        return new ImputedSeriesCurve(
            series.Truth.NameOf(part.Group),
            series.Variables[variable],
            part.Errors / part.Count,
            [.. rows.Select(series.Truth.TimeOf)],
            observed,
            [.. filled.Select(cell => cell.Guess)],
            [.. filled.Select(cell => cell.Lower)],
            [.. filled.Select(cell => cell.Upper)],
            [.. rows.Zip(observed, (row, value) => double.IsNaN(value) ? series.Truth[row][variable] : double.NaN)]);
    }

    private readonly record struct Part(int Group, int Start, int Count, double Errors);
}
