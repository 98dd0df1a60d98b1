using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>A table of which the regression y = 1 + x + z + noise is to be estimated, while x is missing more often the larger y is
/// and the smaller z: missing at random, since both are always there, and depending on the outcome, so that the complete rows alone
/// mislead.</summary>
internal static class SimulatedTable
{
    /// <summary>Intercept, coefficient of x, coefficient of z.</summary>
    public static readonly double[] Coefficients = [1, 1, 1];

    /// <summary>What the coefficients belong to.</summary>
    public static readonly string[] CoefficientNames = ["intercept", "x", "z"];

    private const double Correlation = 0.5;

    public static (Table Complete, Table Incomplete) Make(int rows, ulong seed)
    {
        Table complete = new([TableColumn.Numeric("x"), TableColumn.Numeric("z"), TableColumn.Numeric("y")], rows);
        var random = new Philox(seed, 1);
        Table incomplete = complete.Clone();
        for (int row = 0; row < rows; row++)
        {
            Philox own = random.Fork((ulong)row);
            double z = own.Normal(0);
            double x = (Correlation * z) + (Math.Sqrt(1 - (Correlation * Correlation)) * own.Normal(64));
            double y = Coefficients[0] + (Coefficients[1] * x) + (Coefficients[2] * z) + own.Normal(128);
            complete.Row(row)[0] = x;
            complete.Row(row)[1] = z;
            complete.Row(row)[2] = y;
            complete.Row(row).CopyTo(incomplete.Row(row));
            // About two fifths.
            double logit = -1.1 + (0.7 * y) - (0.5 * z);
            if (own.Uniform(192) < 1 / (1 + Math.Exp(-logit)))
                incomplete[row, 0] = double.NaN;
        }

        return (complete, incomplete);
    }
}
