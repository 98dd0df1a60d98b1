using System.Globalization;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Dimension-wise probability: how often each code is 1, compared between two sets of records.</summary>
/// <param name="Rmse">Root mean squared difference.</param>
/// <param name="Correlation">Pearson's.</param>
/// <param name="Summed">Sum of absolute differences.</param>
/// <param name="PairRmse">Root mean squared difference of how often two codes come together.</param>
/// <param name="RealDeviation">Deviation of the number of codes of a real record.</param>
/// <param name="Deviation">The same of the other records.</param>
internal readonly record struct Prevalence(double Rmse, double Correlation, double Summed, double PairRmse, double RealDeviation, double Deviation)
{
    public static readonly string[] Header = ["RMSE", "rho", "summed error", "RMSE of pairs", "codes a record, deviation (real)"];

    public string[] Cells() =>
        [Short(Rmse), Short(Correlation), Summed.ToString("F2", CultureInfo.InvariantCulture), Short(PairRmse), $"{Deviation:F2} ({RealDeviation:F2})"];

    private static string Short(double value) => ResultTable.Short(value, "F4");
}
