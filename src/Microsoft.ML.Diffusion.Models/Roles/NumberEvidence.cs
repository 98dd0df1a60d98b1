namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Finds out, while cells pass, whether a column holds numbers and how they are written.</summary>
internal sealed class NumberEvidence
{
    private string? _prefix;
    private string? _suffix;
    private NegativeStyle? _style;
    private char _minus = '-';
    private bool _plus;
    private bool _positiveWithoutPlus;

    public NumberReading Point { get; } = new('.');
    public NumberReading Comma { get; } = new(',');
    public MisfitWords Misfits { get; } = new();
    public long Cells { get; private set; }
    public string Prefix => _prefix ?? string.Empty;
    public string Suffix => _suffix ?? string.Empty;
    public bool HasAffix => Prefix.Length + Suffix.Length > 0;

    /// <summary>Whether cells such as 1E5 occur, which may be codes.</summary>
    public bool HasBareExponents { get; private set; }

    /// <summary>Whether all cells are numbers of one spelling.</summary>
    public bool IsNumeric => Misfits.AreMarks(Cells) && (Point.IsAlive || Comma.IsAlive);

    /// <summary>Whether the decimal sign cannot be told from the cells: 1,234 everywhere.</summary>
    public bool IsUndecided => Point.IsAlive && Comma.IsAlive
        && ((Point.HasDecimalSign && Point.MinDecimals == 3) || (Comma.HasDecimalSign && Comma.MinDecimals == 3));

    /// <summary>Whether the cells say for certain that a comma is the decimal sign.</summary>
    public bool HasDecimalComma => IsNumeric && !Point.IsAlive && Comma.HasDecimalSign;

    /// <summary>Looks at one cell (without outer blanks).</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        if (Misfits.Hard > 0)
            return;
        if (!NumberShape.TryCut(text, out NumberShape shape) || !FitsAffixes(shape))
        {
            Misfits.Add(text);
            return;
        }

        Cells++;
        if (shape.IsNegative)
        {
            _style ??= shape.Style;
            _minus = shape.Minus;
        }

        _plus |= shape.HasPlus;
        _positiveWithoutPlus |= !shape.HasPlus && !shape.IsNegative && shape.Body.ContainsAnyInRange('1', '9');
        HasBareExponents |= shape.ExponentMark != 0 && char.IsAsciiDigit(shape.Exponent[0]) && shape.Exponent.Length == 1
            && !shape.Body.ContainsAny('.', ',');
        Point.Add(shape);
        Comma.Add(shape);
    }

    /// <summary>The reading that the cells prefer.</summary>
    /// <param name="preferComma">Whether other columns of the table write decimal commas.</param>
    public NumberReading Choose(bool preferComma)
    {
        if (!Point.IsAlive || !Comma.IsAlive)
            return Point.IsAlive ? Point : Comma;
        // Both read the cells. A point is a decimal sign, unless money is written with three digits behind it and no others.
        bool money = Affixes.IsCurrency(Prefix) || Affixes.IsCurrency(Suffix);
        if (Point.HasDecimalSign)
            return (preferComma || money) && !Comma.HasLongUngrouped ? Comma : Point;
        // A comma separates groups, unless numbers of four digits stand without it.
        if (Comma.HasDecimalSign)
            return (preferComma && Comma.MinDecimals == 3) || Point.HasLongUngrouped ? Comma : Point;
        return preferComma && Comma.Group is '\0' or '.' ? Comma : Point;
    }

    /// <summary>The spelling of the column in a reading.</summary>
    public NumberFormat ToFormat(NumberReading reading)
    {
        bool plain = !reading.Plain.IsEmpty;
        int min = plain ? reading.MinDecimals : 0;
        int max = reading.MaxDecimals;
        ExponentFormat? exponent = reading.Exponents.Values.IsEmpty ? null : ToExponent(reading, plain);
        if (plain && exponent is { Below: 0 } && double.IsPositiveInfinity(exponent.Above))
        {
            // Numbers with and without exponent are as large as each other: write all without.
            max = Math.Max(max, Math.Min(20, reading.Exponents.MaxPlainDecimals));
            exponent = null;
        }

        return new NumberFormat
        {
            Prefix = Prefix,
            Suffix = Suffix,
            Group = reading.Group,
            HasGroupsOfTwo = reading.HasGroupsOfTwo,
            DecimalSign = reading.DecimalSign,
            MinDecimals = min,
            MaxDecimals = max,
            Negative = _style ?? NegativeStyle.Leading,
            Minus = _style == NegativeStyle.Parentheses ? '-' : _minus,
            WritesPlus = _plus && !_positiveWithoutPlus,
            OmitsLeadingZero = reading.HasNoLeadingZero && !reading.HasZeroPoint,
            KeepsBareSign = reading.HasBareSign && max == 0,
            Exponent = exponent,
        };
    }

    private static ExponentFormat ToExponent(NumberReading reading, bool plain)
    {
        ExponentReading cells = reading.Exponents;
        double below = double.PositiveInfinity, above = double.PositiveInfinity;
        if (plain)
        {
            double smallest = reading.Plain.MinMagnitude, largest = reading.Plain.MaxMagnitude;
            double floor = Math.Pow(10, Math.Floor(Math.Log10(smallest)));
            double ceiling = Math.Pow(10, Math.Ceiling(Math.Log10(Math.BitIncrement(largest))));
            below = cells.Values.MinMagnitude < smallest ? (cells.Values.MaxMagnitude < floor ? floor : smallest) : 0;
            above = cells.Values.MaxMagnitude > largest && largest > 0 ? Math.Min(ceiling, cells.Values.MaxMagnitude)
                : double.PositiveInfinity;
            if (below > 0 && cells.Values.MaxMagnitude >= smallest && double.IsPositiveInfinity(above))
                below = 0;
        }

        return new ExponentFormat
        {
            Mark = cells.Mark,
            WritesPlus = cells.HasPlus,
            MinDigits = cells.MinDigits,
            MinDecimals = cells.MinDecimals,
            MaxDecimals = cells.MaxDecimals,
            Below = below,
            Above = above,
        };
    }

    private bool FitsAffixes(in NumberShape shape)
    {
        if (_prefix == null)
        {
            if (!Affixes.CanLead(shape.Prefix) || !Affixes.CanFollow(shape.Suffix))
                return false;
            _prefix = shape.Prefix.ToString();
            _suffix = shape.Suffix.ToString();
            return true;
        }

        return shape.Prefix.SequenceEqual(_prefix) && shape.Suffix.SequenceEqual(_suffix);
    }
}
