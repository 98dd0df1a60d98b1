namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>Which columns of filled series are read: the variables, and the ends of their intervals where there are some.</summary>
internal sealed class ComparedColumns
{
    private readonly int[] _lower;

    /// <param name="variables">The names of the variables.</param>
    /// <param name="has">Whether the filled series have a column of numbers of that name.</param>
    public ComparedColumns(IReadOnlyList<string> variables, Func<string, bool> has)
    {
        Variables = variables;
        List<string> read = [.. variables];
        _lower = new int[variables.Count];
        for (int v = 0; v < _lower.Length; v++)
        {
            (string lower, string upper) = ($"{variables[v]}.Lower", $"{variables[v]}.Upper");
            if (!has(lower) || !has(upper))
                continue;
            _lower[v] = read.Count;
            read.AddRange([lower, upper]);
        }

        Read = read;
    }

    /// <summary>The names of the variables.</summary>
    public IReadOnlyList<string> Variables { get; }

    /// <summary>The columns to read of filled series: first the variables.</summary>
    public IReadOnlyList<string> Read { get; }

    /// <summary>The interval of a variable in a row as it was read; NaN where there is none.</summary>
    public (double Lower, double Upper) IntervalOf(ReadOnlySpan<double> row, int variable) =>
        _lower[variable] == 0 ? (double.NaN, double.NaN) : (row[_lower[variable]], row[_lower[variable] + 1]);
}
