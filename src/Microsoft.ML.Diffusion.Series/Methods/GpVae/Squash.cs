namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>The functions of <see cref="PrecisionSquash"/> and their slopes.</summary>
internal static class Squash
{
    // Keeps the solve away from a division by zero.
    private const double LeastDiagonal = 1e-3;

    /// <summary>An element of the main diagonal of U.</summary>
    public static double Diagonal(PrecisionSquash kind, double x) => kind switch
    {
        PrecisionSquash.Sigmoid => 1 + Sigmoid(x),
        PrecisionSquash.Softplus => 1 + Softplus(x),
        _ => LeastDiagonal + Softplus(x),
    };

    /// <summary>The slope of <see cref="Diagonal"/>.</summary>
    public static double DiagonalSlope(PrecisionSquash kind, double x) => kind == PrecisionSquash.Sigmoid ? SigmoidSlope(x) : Sigmoid(x);

    /// <summary>An element above the main diagonal of U.</summary>
    public static double Off(PrecisionSquash kind, double x) => kind switch
    {
        PrecisionSquash.Sigmoid => Sigmoid(x),
        PrecisionSquash.Softplus => Softplus(x),
        _ => x,
    };

    /// <summary>The slope of <see cref="Off"/>.</summary>
    public static double OffSlope(PrecisionSquash kind, double x) => kind switch
    {
        PrecisionSquash.Sigmoid => SigmoidSlope(x),
        PrecisionSquash.Softplus => Sigmoid(x),
        _ => 1,
    };

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double SigmoidSlope(double x) => Sigmoid(x) * (1 - Sigmoid(x));

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
