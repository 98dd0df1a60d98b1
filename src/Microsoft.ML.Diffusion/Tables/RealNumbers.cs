using System.Globalization;
using System.Numerics;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Which numbers a type of real numbers holds: a condition is given as Double, and a column may be Single.</summary>
internal static class RealNumbers
{
    /// <summary>Whether a number is not too large for the type; it becomes the nearest one that the type has.</summary>
    public static bool CanHold<T>(double number)
        where T : struct, IFloatingPointIeee754<T> => T.IsFinite(T.CreateTruncating(number));

    /// <summary>The number of the type within a range that is nearest to another; NaN where the range is beyond the type. Of a range
    /// between two neighbours of the type, one of them.</summary>
    public static double Within<T>(double number, ValueRange range)
        where T : struct, IFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        if (range.Minimum > double.CreateTruncating(T.MaxValue) || range.Maximum < double.CreateTruncating(T.MinValue))
            return double.NaN;
        T near = T.Clamp(T.CreateTruncating(Math.Clamp(number, range.Minimum, range.Maximum)), T.MinValue, T.MaxValue);
        double nearest = double.CreateTruncating(near);
        if (range.Contains(nearest))
            return nearest;
        double next = double.CreateTruncating(nearest < range.Minimum ? T.BitIncrement(near) : T.BitDecrement(near));
        return range.Contains(next) ? next : nearest;
    }

    /// <summary>What the type holds, in a sentence.</summary>
    public static string Expected<T>()
        where T : struct, IFloatingPointIeee754<T>, IMinMaxValue<T> =>
        string.Create(CultureInfo.InvariantCulture, $"a finite number of at most {T.MaxValue} in size");
}
