using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Ordinary least squares of a table's last column on the others.</summary>
/// <param name="Estimates">Intercept and one coefficient per column.</param>
/// <param name="StandardErrors">Of each.</param>
/// <param name="DegreesOfFreedom">Rows minus coefficients.</param>
internal sealed record Regression(double[] Estimates, double[] StandardErrors, int DegreesOfFreedom)
{
    /// <summary>Rows with a missing cell are left out.</summary>
    public static Regression Of(Table table)
    {
        int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(row => !table.Row(row).ToArray().Any(double.IsNaN))];
        int width = table.Columns.Count;
        Matrix<double> x = Matrix<double>.Build.Dense(rows.Length, width, (i, j) => j == 0 ? 1 : table[rows[i], j - 1]);
        Vector<double> y = Vector<double>.Build.Dense(rows.Length, i => table[rows[i], width - 1]);
        Matrix<double> inverse = x.TransposeThisAndMultiply(x).Inverse();
        Vector<double> estimates = inverse * x.TransposeThisAndMultiply(y);
        double variance = (y - (x * estimates)).DotProduct(y - (x * estimates)) / (rows.Length - width);
        return new([.. estimates], [.. inverse.Diagonal().Select(value => Math.Sqrt(variance * value))], rows.Length - width);
    }

    /// <summary>The 95 % confidence interval of one coefficient.</summary>
    public (double Lower, double Upper) Interval(int coefficient)
    {
        double half = StudentT.InvCDF(0, 1, DegreesOfFreedom, 0.975) * StandardErrors[coefficient];
        return (Estimates[coefficient] - half, Estimates[coefficient] + half);
    }
}
