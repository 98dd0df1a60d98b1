using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>What the cells of a column say when one character is the decimal sign and others separate groups of three digits.</summary>
internal sealed class NumberReading(char decimalSign)
{
    private const int MostDecimals = 40;
    private readonly bool[] _endsInZero = new bool[MostDecimals + 1];
    private GroupSizes _sizes;
    private readonly char _otherSign = decimalSign == '.' ? ',' : '.';

    public char DecimalSign => decimalSign;
    public bool IsAlive { get; private set; } = true;

    /// <summary>Whether some cell can be read with this decimal sign alone.</summary>
    public bool IsCertain { get; private set; }

    /// <summary>Separator of groups; 0 where no cell has one.</summary>
    public char Group { get; private set; }

    /// <summary>Whether digits stand in groups of two before the last three, as in India: 1,23,456.</summary>
    public bool HasGroupsOfTwo => _sizes == GroupSizes.Two;

    /// <summary>Whether a number of four and more digits stands without separators of groups.</summary>
    public bool HasLongUngrouped { get; private set; }
    public bool HasDecimalSign { get; private set; }
    public bool HasBareSign { get; private set; }
    public bool HasNoLeadingZero { get; private set; }
    public bool HasLeadingZero { get; private set; }
    public bool HasZeroPoint { get; private set; }
    public int MinDecimals { get; private set; } = int.MaxValue;
    public int MaxDecimals { get; private set; }
    public int MaxDigits { get; private set; }
    public Extremes Plain { get; } = new();
    public ExponentReading Exponents { get; } = new();
    public LatticeFinder Lattice { get; } = new();

    /// <summary>Whether some cell ends in a zero that a shorter cell does not need.</summary>
    public bool HasLooseZeros
    {
        get
        {
            for (int i = MinDecimals + 1; i <= MaxDecimals; i++)
                if (_endsInZero[i])
                    return true;
            return false;
        }
    }

    public double Min => Math.Min(Plain.Min, Exponents.Values.Min);
    public double Max => Math.Max(Plain.Max, Exponents.Values.Max);
    public bool IsWhole => Plain.IsWhole && Exponents.Values.IsWhole;

    /// <summary>Looks at one cell; ends the reading where the cell does not fit.</summary>
    public void Add(in NumberShape shape)
    {
        if (!IsAlive)
            return;
        Span<char> digits = stackalloc char[96];
        if (!TryPlain(shape.Body, Group, digits, out int length, out int decimals, out char group, out bool certain, out GroupSizes sizes)
            || (sizes != GroupSizes.Either && _sizes != GroupSizes.Either && sizes != _sizes)
            || (group != 0 && shape.ExponentMark != 0))
        {
            IsAlive = false;
            return;
        }

        // Nobody writes groups of digits before an exponent, so that 1.234E-05 has decimals.
        IsCertain |= certain || (shape.ExponentMark != 0 && decimals > 0);
        _sizes = sizes == GroupSizes.Either ? _sizes : sizes;
        HasDecimalSign |= decimals > 0;
        HasBareSign |= decimals == 0 && shape.Body[^1] == decimalSign;
        if (group != 0)
            Group = group;
        ReadOnlySpan<char> plain = digits[..length];
        int whole = decimals > 0 ? length - decimals - 1 : length;
        HasLongUngrouped |= group == 0 && whole >= 4;
        HasNoLeadingZero |= whole == 0;
        HasZeroPoint |= whole == 1 && decimals > 0 && plain[0] == '0';
        HasLeadingZero |= whole > 1 && plain[0] == '0';
        MaxDigits = Math.Max(MaxDigits, length - (decimals > 0 ? 1 : 0));
        double value = ToValue(plain, decimals, shape);
        // 1E999 is no number that can be held.
        if (!double.IsFinite(value))
        {
            IsAlive = false;
            return;
        }

        if (shape.ExponentMark != 0)
        {
            Exponents.Add(shape, decimals, decimals > 0 && plain[^1] == '0', value);
            Lattice.Stop();
            return;
        }

        Plain.Add(value);
        MinDecimals = Math.Min(MinDecimals, decimals);
        MaxDecimals = Math.Max(MaxDecimals, Math.Min(decimals, MostDecimals));
        if (decimals is > 0 and <= MostDecimals)
            _endsInZero[decimals] |= plain[^1] == '0';
        Lattice.Add(value, decimals);
    }

    /// <summary>Reads a cell that is known to have the spelling of the column.</summary>
    public static bool TryValue(in NumberShape shape, char decimalSign, char group, out double value)
    {
        Span<char> digits = stackalloc char[96];
        var reading = new ReadingSigns(decimalSign, decimalSign == '.' ? ',' : '.');
        if (!TryPlain(shape.Body, group, reading, digits, out int length, out int decimals, out _, out _, out _))
        {
            value = double.NaN;
            return false;
        }

        value = ToValue(digits[..length], decimals, shape);
        return double.IsFinite(value);
    }

    private static double ToValue(ReadOnlySpan<char> plain, int decimals, in NumberShape shape)
    {
        double value;
        if (plain.Length <= 16 && shape.ExponentMark == 0)
        {
            // Both numbers are exact in a double, so that the quotient is rounded correctly (Clinger 1990).
            long mantissa = 0;
            foreach (char c in plain)
                if (c != '.')
                    mantissa = (mantissa * 10) + (c - '0');
            value = decimals == 0 ? mantissa : mantissa / PowersOfTen.Of(decimals);
            if (mantissa > 1L << 53)
                value = double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture);
        }
        else if (shape.ExponentMark == 0)
        {
            value = double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture);
        }
        else
        {
            value = double.Parse($"{plain}E{shape.Exponent.ToString().Replace('\u2212', '-')}", NumberStyles.Float,
                CultureInfo.InvariantCulture);
        }

        return shape.IsNegative ? -value : value;
    }

    private bool TryPlain(
        ReadOnlySpan<char> body, char knownGroup, Span<char> digits,
        out int length, out int decimals, out char group, out bool certain, out GroupSizes sizes) =>
        TryPlain(
            body, knownGroup, new ReadingSigns(decimalSign, _otherSign), digits,
            out length, out decimals, out group, out certain, out sizes);

    // Copies the digits with a point as the decimal sign; checks that groups have three digits each, or two before the last three.
    private static bool TryPlain(
        ReadOnlySpan<char> body, char knownGroup, ReadingSigns signs, Span<char> digits,
        out int length, out int decimals, out char group, out bool certain, out GroupSizes sizes)
    {
        (length, decimals, group, certain, sizes) = (0, 0, '\0', false, GroupSizes.Either);
        int point = body.LastIndexOf(signs.Decimal);
        ReadOnlySpan<char> whole = point < 0 ? body : body[..point];
        int inGroup = 0, groups = 0;
        foreach (char c in whole)
        {
            if (char.IsAsciiDigit(c))
            {
                digits[length++] = c;
                inGroup++;
                continue;
            }

            bool allowed = c == signs.Other || NumberShape.IsGroupOnly(c);
            bool known = knownGroup == 0 || c == knownGroup;
            bool isWhole = groups == 0 ? inGroup is >= 1 and <= 3 && digits[0] != '0' : inGroup is 2 or 3;
            if (!allowed || !known || !isWhole || (group != 0 && c != group))
                return false;
            // Two digits or fewer may lead both kinds of groups; what stands between two separators decides.
            GroupSizes own = groups > 0 || inGroup == 3 ? inGroup == 3 ? GroupSizes.Three : GroupSizes.Two : GroupSizes.Either;
            if (own != GroupSizes.Either && sizes != GroupSizes.Either && own != sizes)
                return false;
            sizes = own == GroupSizes.Either ? sizes : own;
            group = c;
            groups++;
            inGroup = 0;
        }

        if (groups > 0 && inGroup != 3)
            return false;
        if (point < 0)
        {
            certain = groups > 1;
            return true;
        }

        ReadOnlySpan<char> fraction = body[(point + 1)..];
        if (fraction.ContainsAnyExceptInRange('0', '9'))
            return false;
        // "1,234" may be a group; "12,34", "0,123", "1234,567" and "1.234,56" may not.
        certain = fraction.Length != 3 || groups > 0 || whole.Length is 0 or > 3 || whole[0] == '0';
        decimals = fraction.Length;
        if (decimals > 0)
        {
            digits[length++] = '.';
            fraction.CopyTo(digits[length..]);
            length += decimals;
        }

        return true;
    }

    private enum GroupSizes
    {
        Either,
        Three,
        Two,
    }

    private readonly record struct ReadingSigns(char Decimal, char Other);
}
