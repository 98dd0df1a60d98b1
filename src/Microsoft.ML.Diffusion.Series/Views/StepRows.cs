using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>All rows of a view in memory, each a step of a series.</summary>
internal sealed class StepRows
{
    private readonly SeriesSources _sources;
    private readonly RowStore _cells, _statics;
    private readonly List<double> _times = [];
    private readonly List<int> _groupOfRow = [];
    private readonly List<string> _groups = [];
    private readonly List<DataViewRowId> _ids = [];
    private readonly int[] _firstOfGroup;
    private readonly int[] _rowsByGroup;

    /// <param name="view">The view, which is read once.</param>
    /// <param name="sources">Its columns.</param>
    /// <param name="refusesInfinities">Whether infinite numbers are refused; otherwise they count as missing.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="InvalidDataException">A row has no time or no series, or two are of the same series and time.</exception>
    public StepRows(IDataView view, SeriesSources sources, bool refusesInfinities, CancellationToken cancel)
    {
        _sources = sources;
        _cells = new RowStore(sources.Variables.Length);
        _statics = new RowStore(Math.Max(1, sources.StaticCount));
        ReadAll(view, refusesInfinities, cancel);
        (_firstOfGroup, _rowsByGroup) = Grouped();
        for (int group = 0; group < GroupCount; group++)
            SortByTime(group);
    }

    /// <summary>How many series there are.</summary>
    public int GroupCount => _groups.Count;

    /// <summary>How many rows there are.</summary>
    public int RowCount => _times.Count;

    /// <summary>The variables of a row.</summary>
    public Span<double> this[int row] => _cells[row];

    /// <summary>The time of a row.</summary>
    public double TimeOf(int row) => _times[row];

    /// <summary>The id of a row.</summary>
    public DataViewRowId IdOf(int row) => _ids[row];

    /// <summary>The series of a row.</summary>
    public int GroupOf(int row) => _groupOfRow[row];

    /// <summary>The name of a series.</summary>
    public string NameOf(int group) => _groups[group];

    /// <summary>The rows of a series in the order of time.</summary>
    public ReadOnlySpan<int> RowsOf(int group) => _rowsByGroup.AsSpan(_firstOfGroup[group].._firstOfGroup[group + 1]);

    /// <summary>A series.</summary>
    /// <param name="group">Which one.</param>
    /// <param name="direction">Where the first step says nothing, a later one may say what holds for the whole series, unless nothing may
    /// be known before it is seen.</param>
    public Data.Series SeriesOf(int group, SeriesDirection direction)
    {
        ReadOnlySpan<int> rows = RowsOf(group);
        int variables = _sources.Variables.Length;
        double[] times = new double[rows.Length], cells = new double[rows.Length * variables], statics = new double[_sources.StaticCount];
        statics.AsSpan().Fill(double.NaN);
        for (int t = 0; t < rows.Length; t++)
        {
            times[t] = _times[rows[t]];
            _cells[rows[t]].CopyTo(cells.AsSpan(t * variables));
            if (t > 0 && direction == SeriesDirection.Causal)
                continue;
            for (int s = 0; s < statics.Length; s++)
            {
                if (double.IsNaN(statics[s]))
                    statics[s] = _statics[rows[t]][s];
            }
        }
        return new Data.Series(times, cells) { Statics = statics };
    }

    private void ReadAll(IDataView view, bool refusesInfinities, CancellationToken cancel)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        using DataViewRowCursor cursor = view.GetRowCursor(_sources.All);
        var reader = new StepReader(_sources, cursor) { RefusesInfinities = refusesInfinities };
        ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
        DataViewRowId id = default;
        while (cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            int row = _times.Count;
            ReadOnlySpan<char> group = reader.Group(row).Span;
            if (!lookup.TryGetValue(group, out int number))
            {
                number = _groups.Count;
                _groups.Add(group.ToString());
                numbers.Add(_groups[number], number);
            }
            _groupOfRow.Add(number);
            _times.Add(reader.Time(row));
            reader.Cells(row, _cells.Add());
            if (_sources.StaticCount > 0)
                reader.Statics(_statics.Add());
            getId(ref id);
            _ids.Add(id);
        }
    }

    /// <summary>The rows of one series after those of another, each in the order of the view.</summary>
    private (int[] First, int[] Rows) Grouped()
    {
        int[] first = new int[GroupCount + 1];
        foreach (int group in _groupOfRow)
            first[group + 1]++;
        for (int group = 0; group < GroupCount; group++)
            first[group + 1] += first[group];
        int[] next = [.. first];
        int[] rows = new int[RowCount];
        for (int row = 0; row < rows.Length; row++)
            rows[next[_groupOfRow[row]]++] = row;
        return (first, rows);
    }

    private void SortByTime(int group)
    {
        Span<int> rows = _rowsByGroup.AsSpan(_firstOfGroup[group].._firstOfGroup[group + 1]);
        double[] times = new double[rows.Length];
        bool isSorted = true;
        for (int t = 0; t < times.Length; t++)
        {
            times[t] = _times[rows[t]];
            isSorted &= t == 0 || times[t] > times[t - 1];
        }
        if (isSorted)
            return;
        times.AsSpan().Sort(rows);
        for (int t = 1; t < times.Length; t++)
        {
            if (times[t] == times[t - 1])
                throw Twice(group, Math.Min(rows[t - 1], rows[t]), Math.Max(rows[t - 1], rows[t]), times[t]);
        }
    }

    private InvalidDataException Twice(int group, int one, int other, double time)
    {
        DataViewSchema.Column order = _sources.Order!.Value;
        string when = order.Type is NumberDataViewType ? $"{order.Name} {time.ToString(CultureInfo.InvariantCulture)}" : order.Name;
        string expected = "one row for a time was expected";
        return new BadRow(
            other,
            _sources.Group is { } column
                ? $"is of the same series, {column.Name} '{_groups[group]}', and of the same time, {when}, as {{0}}; {expected}"
                : $"is of the same time, {when}, as {{0}}; {expected}, or a groupColumn that tells apart the series that rows belong to",
            one).Refusal();
    }
}
