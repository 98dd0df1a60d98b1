using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Calendar;

/// <summary>How far guesses of a date are off, measured on dates that were held back from the training, in days; how often its parts are
/// right.</summary>
/// <param name="Alone">Where no date with a difference to this one is known.</param>
/// <param name="Beside">Where one is known.</param>
/// <param name="ByDifference">Of the known date and the guessed difference, where one is known.</param>
/// <param name="Month">The share of months that are right, for an imputer that tells no probabilities.</param>
/// <param name="Weekday">The same of weekdays.</param>
internal readonly record struct DateErrors(double Alone, double Beside, double ByDifference, double Month, double Weekday)
{
    /// <summary>An error of less is as good as none: a minute and a half.</summary>
    public const double Least = 0.001;

    public void Save(BinaryWriter writer)
    {
        writer.Write(Alone);
        writer.Write(Beside);
        writer.Write(ByDifference);
        writer.Write(Month);
        writer.Write(Weekday);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static DateErrors Load(BinaryReader reader)
    {
        var errors = new DateErrors(Positive(reader), Positive(reader), Positive(reader), Share(reader), Share(reader));
        return errors;
    }

    private static double Positive(BinaryReader reader)
    {
        double value = reader.ReadFinite("the error of a date");
        CheckedReading.Require(value >= Least, "the error of a date makes no sense");
        return value;
    }

    private static double Share(BinaryReader reader)
    {
        double value = reader.ReadDouble();
        CheckedReading.Require(value is > 0 and < 1, "the share of months that are right makes no sense");
        return value;
    }
}
