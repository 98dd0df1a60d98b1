using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>How often a column of numbers, dates or times has values of each part of its range.</summary>
/// <param name="Edges">Where the parts begin and end, on the scale of the role; one more than there are parts.</param>
/// <param name="Counts">Observed cells of each part.</param>
/// <param name="IsByValue">Whether every part holds one value, with the edges half a step around it.</param>
internal sealed record ValueHistogram(double[] Edges, double[] Counts, bool IsByValue)
{
    /// <summary>Counts the values of a column.</summary>
    /// <param name="profile">The column.</param>
    /// <param name="mostParts">The most parts, at least 1.</param>
    /// <returns>Null where the column holds no numbers, or one alone.</returns>
    public static ValueHistogram? Of(ColumnProfile profile, int mostParts)
    {
        (double minimum, double maximum) = (profile.Statistics.Min, profile.Statistics.Max);
        if (!profile.Role.IsNumeric() || !(maximum > minimum) || !double.IsFinite(maximum - minimum))
            return null;
        RoleCodec codec = profile.CreateCodec();
        (double first, double width, int parts) = Parts(minimum, maximum, profile.Entry.Step ?? codec.Step, mostParts);
        var counts = new double[parts];
        foreach (ValueCount value in profile.Statistics.Values)
        {
            if (codec.TryParse(value.Value, out double number) && double.IsFinite(number))
                counts[Math.Clamp((int)((number - first) / width), 0, parts - 1)] += value.Count;
        }

        double[] edges = [.. Enumerable.Range(0, parts + 1).Select(i => first + (i * width))];
        return new ValueHistogram(edges, counts, parts < mostParts && width == (profile.Entry.Step ?? codec.Step));
    }

    // As many whole steps a part, so that no part has more different values than its neighbours.
    private static (double First, double Width, int Parts) Parts(double minimum, double maximum, double step, int most)
    {
        double values = step > 0 ? Math.Round((maximum - minimum) / step) + 1 : double.PositiveInfinity;
        if (values > 50.0 * most)
            return (minimum, (maximum - minimum) / most, most);
        double width = step * Math.Ceiling(values / most);
        double first = minimum - (step / 2);
        return (first, width, (int)Math.Ceiling((maximum + (step / 2) - first) / width - 1e-9));
    }
}
