using System.Globalization;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Where an axis has its marks and what they say.</summary>
internal static class Axis
{
    /// <summary>Round numbers between two ends, both of them finite.</summary>
    /// <param name="minimum">The lower end.</param>
    /// <param name="maximum">The upper end; where it is not above the lower one, that is the only mark.</param>
    /// <param name="about">How many are wanted, roughly.</param>
    public static double[] Marks(double minimum, double maximum, int about)
    {
        if (!(maximum > minimum) || !double.IsFinite(maximum - minimum))
            return [minimum];
        double step = Step((maximum - minimum) / about);
        double first = Math.Ceiling(minimum / step - 1e-9);
        int count = (int)(Math.Floor(maximum / step + 1e-9) - first) + 1;
        return [.. Enumerable.Range(0, Math.Max(count, 0)).Select(i => (first + i) * step)];
    }

    /// <summary>The text of each mark, all with as many decimals as they need together.</summary>
    public static string[] Texts(double[] marks)
    {
        double step = marks.Length > 1 ? marks[1] - marks[0] : Math.Abs(marks.FirstOrDefault());
        double largest = marks.Length > 0 ? marks.Max(Math.Abs) : 0;
        if (largest is >= 1e15 or (> 0 and < 1e-4))
            return [.. marks.Select(mark => mark.ToString("0.#e0", CultureInfo.InvariantCulture))];
        (double unit, string suffix) = largest switch { >= 1e9 => (1e9, "G"), >= 1e6 => (1e6, "M"), >= 1e4 => (1e3, "k"), _ => (1, "") };
        int decimals = step > 0 ? Math.Clamp((int)Math.Ceiling(-Math.Log10(step / unit) - 1e-9), 0, 8) : 0;
        string format = "0." + new string(marks.Length > 1 ? '0' : '#', decimals);
        return [.. marks.Select(mark => mark == 0 ? "0" : (mark / unit).ToString(format, CultureInfo.InvariantCulture).Replace('-', '−') + suffix)];
    }

    /// <summary>The next of 1, 2, 5, 10, ... at or above.</summary>
    private static double Step(double atLeast)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        return power * ((atLeast / power) switch { <= 1.0001 => 1, <= 2.0001 => 2, <= 5.0001 => 5, _ => 10 });
    }
}
