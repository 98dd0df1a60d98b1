using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>How the cells with an exponent are written.</summary>
internal sealed class ExponentReading
{
    public Extremes Values { get; } = new();
    public char Mark { get; private set; }
    public bool HasPlus { get; private set; }
    public bool HasUnsigned { get; private set; }
    public int MinDigits { get; private set; } = int.MaxValue;
    public int MinDecimals { get; private set; } = int.MaxValue;
    public int MaxDecimals { get; private set; }
    public bool HasLooseZeros { get; private set; }

    /// <summary>Decimals that the cells need when they are written without exponent.</summary>
    public int MaxPlainDecimals { get; private set; }

    public void Add(in NumberShape shape, int decimals, bool endsInZero, double value)
    {
        Values.Add(value);
        Mark = shape.ExponentMark;
        bool signed = !char.IsAsciiDigit(shape.Exponent[0]);
        HasPlus |= shape.Exponent[0] == '+';
        HasUnsigned |= !signed;
        MinDigits = Math.Min(MinDigits, shape.Exponent.Length - (signed ? 1 : 0));
        MinDecimals = Math.Min(MinDecimals, decimals);
        MaxDecimals = Math.Max(MaxDecimals, decimals);
        HasLooseZeros |= endsInZero;
        if (int.TryParse(shape.Exponent.ToString().Replace('\u2212', '-'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out int power))
            MaxPlainDecimals = Math.Max(MaxPlainDecimals, decimals - power);
    }
}
