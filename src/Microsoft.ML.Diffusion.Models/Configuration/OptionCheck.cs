using System.Collections;
using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Configuration;

/// <summary>Refuses impossible values of options.</summary>
internal static class OptionCheck
{
    /// <summary>Refuses a value in one sentence.</summary>
    /// <param name="condition">Whether the value is possible.</param>
    /// <param name="name">The option.</param>
    /// <param name="value">Its value.</param>
    /// <param name="expected">What it must be.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not possible.</exception>
    public static void Require(bool condition, string name, object? value, string expected)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, $"The option {name} is {Text(value)}; it must be {expected}.");
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        IEnumerable values => string.Join(", ", values.Cast<object?>().Select(Text)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
