using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tables.Cells;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Finds out what the columns of a view are, while its rows pass. The type of a column says something already: a vector, a
/// Boolean, or a number with a fraction is what it is, so that its cells are not looked at any further.</summary>
internal sealed class RoleSurvey
{
    // Where a view does not know how many rows it has.
    private const long UnknownRows = 1 << 20;

    private const long LargestExact = 1L << 53;

    // Of a whole number that a double holds for certain.
    private const int MostDigits = 15;

    private readonly ViewColumn[] _columns;
    private readonly DataViewSchema.Column[] _sources;
    private readonly ColumnRoles? _told;
    private readonly TableProfiler _profiler;
    private readonly KeyCandidates[] _keys;
    private readonly long[] _largest;
    private readonly bool[] _isPlain;
    private readonly bool[] _hasHuge;

    /// <param name="columns">The columns.</param>
    /// <param name="sources">The same columns in the schema of the view.</param>
    /// <param name="told">What a person said; null for nothing.</param>
    /// <param name="rows">How many rows there are; null where that is not known.</param>
    public RoleSurvey(ViewColumn[] columns, DataViewSchema.Column[] sources, ColumnRoles? told, long? rows)
    {
        _columns = columns;
        _sources = sources;
        _told = told;
        _profiler = new TableProfiler(columns.Select(column => column.Name));
        _keys = [.. columns.Select(column => new KeyCandidates(rows ?? UnknownRows,
            told?.Find(column.Name)?.Role.IsIdentifying() == true))];
        _largest = new long[columns.Length];
        _isPlain = new bool[columns.Length];
        _hasHuge = new bool[columns.Length];
    }

    /// <summary>Opens the columns of a row.</summary>
    /// <returns>Looks at the current row.</returns>
    public Action Open(DataViewRow row)
    {
        Action[] looks = [.. Enumerable.Range(0, _columns.Length).Select(i => Open(row, i)).OfType<Action>()];
        return () =>
        {
            foreach (Action look in looks)
                look();
        };
    }

    /// <summary>What was found out, one for each column.</summary>
    /// <exception cref="ArgumentException">A column cannot have the role that was told.</exception>
    public ColumnFacts[] Find()
    {
        IReadOnlyList<ColumnProfile> profiles;
        try
        {
            profiles = _profiler.ToProfiles(_told is null ? null : new ColumnRoles(_told.Where(entry => IsProfiled(entry))));
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw ColumnRefusal.Of($"The option Roles does not fit the view: {e.Message}", e);
        }

        return [.. _columns.Select((column, i) => FactsOf(i, profiles[i]))];
    }

    private static bool IsKeyWithValues(ViewColumn column, DataViewSchema.Column source) =>
        column.Type is KeyDataViewType && TextAnnotation.Of(source, "KeyValues") is not null;

    private Action? Open(DataViewRow row, int i)
    {
        ViewColumn column = _columns[i];
        if (column is ITimeColumn times)
            return times.OpenDays(row, _sources[i], text => _profiler.Add(i, text));
        if (column.Type is KeyDataViewType)
        {
            if (TextAnnotation.Of(_sources[i], "KeyValues") is not { } names)
                return null;
            return CellType.Of(column.Type)!.Open(row, _sources[i], key =>
            {
                bool isNamed = int.TryParse(key, CultureInfo.InvariantCulture, out int place) && place <= names.Length;
                _profiler.Add(i, isNamed ? names[place - 1] : [], isMissing: !isNamed);
            });
        }

        if (CellType.Of(column.Type) is not { } cells)
            return null;
        IReadOnlyList<string> marks = _told?.Find(column.Name)?.MissingMarks ?? [];
        bool mayEnd = column.Type is NumberDataViewType
            && (_told?.Find(column.Name) is not { } told || told.Role is ColumnRole.Number or ColumnRole.Amount);
        return cells.Open(row, _sources[i], text =>
        {
            if (text.IsEmpty || Contains(marks, text))
            {
                _profiler.Add(i, [], isMissing: true);
                return;
            }

            if (mayEnd && !IsStillWhole(i, text))
                return;
            _profiler.Add(i, text);
            _keys[i].Add(text);
            if (column.Type is NumberDataViewType)
                LookAtNumber(i, text);
        });
    }

    private void LookAtNumber(int i, ReadOnlySpan<char> text)
    {
        bool fits = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole);
        _largest[i] = Math.Max(_largest[i], fits ? whole : long.MaxValue);
        _hasHuge[i] |= !fits || whole is > LargestExact or < -LargestExact;
    }

    // A fraction, an infinity or a number that is not exact: the column is one of numbers, whatever comes.
    private bool IsStillWhole(int i, ReadOnlySpan<char> text)
    {
        bool isReal = _columns[i].Type.RawType == typeof(float) || _columns[i].Type.RawType == typeof(double);
        _isPlain[i] |= isReal && (text.Length > MostDigits || text.TrimStart('-').IndexOfAnyExceptInRange('0', '9') >= 0);
        return !_isPlain[i];
    }

    private bool IsProfiled(ColumnEntry entry)
    {
        int i = Array.FindIndex(_columns, column => column.Name == entry.Name);
        return i >= 0 && !_isPlain[i] && _columns[i] is not ITimeColumn
            && (_columns[i].Type is KeyDataViewType ? IsKeyWithValues(_columns[i], _sources[i])
                : CellType.Of(_columns[i].Type) is not null);
    }

    private ColumnFacts FactsOf(int i, ColumnProfile profile)
    {
        ViewColumn column = _columns[i];
        ColumnEntry? told = _told?.Find(column.Name);
        if (column is ITimeColumn)
            return new ColumnFacts(Typed(column, ColumnRole.Timestamp), told is not null, profile);
        if (column.Type is BooleanDataViewType)
            return new ColumnFacts(Typed(column, ColumnRole.YesNo) with { Values = [bool.FalseString, bool.TrueString] }, told is not null);
        if (column.Type is VectorDataViewType)
            return new ColumnFacts(Typed(column, ColumnRole.Number), told is not null);
        if (column.Type is KeyDataViewType && !IsKeyWithValues(column, _sources[i]))
            return new ColumnFacts(told ?? Typed(column, ColumnRole.Category), told is not null);
        if (_isPlain[i])
            return new ColumnFacts(WithFractions(column), told is not null);
        return new ColumnFacts(profile.Entry, told is not null, profile, _keys[i].ToFilter())
        {
            Largest = _largest[i],
            HasHuge = _hasHuge[i],
        };
    }

    private static ColumnEntry Typed(ViewColumn column, ColumnRole role) =>
        new() { Name = column.Name, Role = role, Reason = $"the type is {ColumnTypes.Describe(column.Type)}" };

    private static ColumnEntry WithFractions(ViewColumn column)
    {
        ColumnEntry entry = Typed(column, ColumnRole.Number);
        return entry with { Reason = $"{entry.Reason}, and some numbers are not whole" };
    }

    private static bool Contains(IReadOnlyList<string> marks, ReadOnlySpan<char> text)
    {
        foreach (string mark in marks)
        {
            if (text.Trim().SequenceEqual(mark))
                return true;
        }

        return false;
    }
}
