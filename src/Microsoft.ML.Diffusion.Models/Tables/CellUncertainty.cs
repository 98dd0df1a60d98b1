namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>How sure a best guess is.</summary>
/// <param name="Lower">Lower end of a number's interval; NaN for a category.</param>
/// <param name="Upper">Upper end of a number's interval; NaN for a category.</param>
/// <param name="StandardDeviation">Expected root mean squared error of a number, in its units; NaN for a category.</param>
/// <param name="Probability">Probability that a category is the guessed one, 0 to 1; NaN for a number.</param>
public readonly record struct CellUncertainty(double Lower, double Upper, double StandardDeviation, double Probability)
{
    /// <summary>Nothing is known: no value was observed in training.</summary>
    public static CellUncertainty Unknown => new(double.NaN, double.NaN, double.NaN, double.NaN);

    /// <summary>A number with an interval around it.</summary>
    /// <param name="lower">The interval's lower end.</param>
    /// <param name="upper">The interval's upper end.</param>
    /// <param name="deviation">Expected root mean squared error.</param>
    public static CellUncertainty OfNumber(double lower, double upper, double deviation) => new(lower, upper, deviation, double.NaN);

    /// <summary>A category.</summary>
    /// <param name="probability">The probability that it is the right one.</param>
    public static CellUncertainty OfCategory(double probability) => new(double.NaN, double.NaN, double.NaN, probability);
}
