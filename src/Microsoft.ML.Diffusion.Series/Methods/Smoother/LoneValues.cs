namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>Tells values that are far from all others because the series is so from those that stand alone, which are typing errors more
/// often than not: what is far counts only as far as one of its neighbours of the same variable is.</summary>
internal static class LoneValues
{
    /// <summary>What a number counts as.</summary>
    /// <param name="number">A nearly normal number; NaN is missing.</param>
    /// <param name="before">The observed number of the variable before it; NaN for none.</param>
    /// <param name="after">The one after it; NaN for none, or where it may not be looked at.</param>
    public static double Tame(double number, double before, double after)
    {
        double size = Math.Abs(number);
        if (!(size > VariableTransform.Limit))
            return number;
        double sign = Math.Sign(number), most = double.MaxNumber(VariableTransform.Limit, double.MaxNumber(sign * before, sign * after));
        return sign * Math.Min(size, most);
    }

    /// <summary>What is guessed of a missing cell, no further than what is observed of its variable before or after it, where it is
    /// far.</summary>
    /// <param name="series">The series.</param>
    /// <param name="cell">The missing cell.</param>
    /// <param name="number">What is guessed.</param>
    public static double Tame(SmoothedSeries series, int cell, double number)
    {
        if (Math.Abs(number) <= VariableTransform.Limit)
            return number;
        (double before, double after) = Around(series, cell);
        return Tame(number, before, after);
    }

    /// <summary>The observed numbers before and after a cell, of its variable; NaN for none.</summary>
    public static (double Before, double After) Around(SmoothedSeries series, int cell)
    {
        int width = series.Cells.Length / series.Times.Length, variable = cell % width;
        double Seen(int step) => step < 0 ? double.NaN : series.Cells[step * width + variable];
        return (Seen(series.Neighbors.Before(cell)), Seen(series.Neighbors.After(cell)));
    }

    /// <summary>Replaces the numbers of a series by what they count as.</summary>
    /// <param name="numbers">Step after step; NaN is missing.</param>
    /// <param name="variables">The number of variables.</param>
    /// <param name="isCausal">Whether what comes after may not be looked at.</param>
    public static void Tame(Span<double> numbers, int variables, bool isCausal)
    {
        for (int v = 0; v < variables; v++)
        {
            double before = double.NaN;
            for (int i = v, next; i < numbers.Length; i = next)
            {
                next = i + variables;
                if (double.IsNaN(numbers[i]))
                    continue;
                while (!isCausal && next < numbers.Length && double.IsNaN(numbers[next]))
                    next += variables;
                double number = numbers[i];
                numbers[i] = Tame(number, before, isCausal || next >= numbers.Length ? double.NaN : numbers[next]);
                before = number;
            }
        }
    }
}
