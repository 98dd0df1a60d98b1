using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables.Cells;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column whose cells are dates, times, durations or amounts in the spelling of its role: numbers to the model. A cell that is
/// spelt otherwise stays as it is and counts as missing for the other columns.</summary>
internal sealed class CodedColumn<T> : ViewColumn
    where T : notnull
{
    // What reading and writing a number may change of it, as a share.
    private const double Rounding = 1e-9;

    private readonly CellType<T> _cells;
    private ColumnEntry _entry;
    private string[] _marks;
    private RoleCodec _codec;
    private RoleCodec _writer;

    public CodedColumn(string name, DataViewType type, CellType<T> cells, ColumnEntry entry, IReadOnlyList<string> marks)
        : base(name, type)
    {
        _cells = cells;
        _entry = entry;
        _marks = [.. marks];
        _codec = RoleCodec.Create(entry);
        _writer = WriterOf(entry);
    }

    public override ColumnForm Form => ColumnForm.Coded;

    public override bool CanBeMissing => Type is not NumberDataViewType || Type.RawType == typeof(float) || Type.RawType == typeof(double);

    public override IEnumerable<TableColumn> TableColumns => [_entry.Role switch
    {
        ColumnRole.Date => TableColumn.Date(Name),
        ColumnRole.Time => TableColumn.TimeOfDay(Name),
        ColumnRole.Timestamp => TableColumn.Timestamp(Name, _codec.ClockOffset),
        _ => TableColumn.Numeric(Name),
    }];

    /// <inheritdoc/>
    public override double? NumberOf(string text) =>
        !_marks.Contains(text, StringComparer.Ordinal) && _codec.TryParse(text, out double value) && double.IsFinite(value) ? value : null;

    /// <inheritdoc/>
    public override double? NumberOf(DateTime clock) =>
        _entry.Role is ColumnRole.Date or ColumnRole.Timestamp ? _codec.ValueOf(clock) : null;

    public override CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn)
    {
        double number = double.NaN;
        Action read = _cells.Open(row, source, text => number = IsMark(text) || !_codec.TryParse(text, out double value)
            || !double.IsFinite(value)
            ? double.NaN : value);
        return cells =>
        {
            read();
            cells[0] = number;
        };
    }

    public override bool CanHold(double cell)
    {
        double read = Read(Write(cell, Unbound()));
        bool isWhole = !CanBeMissing && _entry.Role is (ColumnRole.Number or ColumnRole.Amount);
        return isWhole ? read == cell : Math.Abs(read - cell) <= Rounding * Math.Max(1, Math.Abs(cell));
    }

    public override double Within(double cell, ValueRange range)
    {
        double near = Math.Clamp(cell, range.Minimum, range.Maximum);
        return _codec.NearestWithin(near, range, number => Read(Write(number, _codec)));
    }

    public override Delegate FixedGetter(double cell)
    {
        T fixedValue = Write(cell, Unbound());
        return (ValueGetter<T>)((ref T value) => value = fixedValue);
    }

    public override string Expected(bool isRange)
    {
        string written = $"{(_entry.Role == ColumnRole.Amount ? "an" : "a")} {_entry.Role.ToName()} that a column of " +
            $"{ColumnTypes.Describe(Type)} can write as {_entry.Format}";
        if (!isRange)
            return written;
        string steps = _entry.Step is { } step ? string.Create(CultureInfo.InvariantCulture, $", {step} from one to the next") : "";
        return $"{written}, from {_entry.Min} to {_entry.Max}{steps}{(_entry.Habit == DateHabit.None ? "" : $", {_entry.Habit.ToName()}")}";
    }

    public override Delegate FillingGetter(DataViewRow row, DataViewSchema.Column source, Func<double[]> completed, int first)
    {
        ValueGetter<T> get = row.GetGetter<T>(source);
        return (ValueGetter<T>)Get;

        void Get(ref T value)
        {
            get(ref value);
            if ((_cells.IsMissing(value) || (_marks.Length > 0 && IsMark(_cells.ToText(value)))) && double.IsFinite(completed()[first]))
                value = Write(completed()[first]);
        }
    }

    public override Delegate MakingGetter(IMadeRow row, int first) =>
        (ValueGetter<T>)((ref T value) => value = double.IsNaN(row.Cells()[first]) ? _cells.Missing : Write(row.Cells()[first]));

    public override Delegate HidingGetter(DataViewRow row, DataViewSchema.Column source, Func<int, bool> isHidden) =>
        Hiding(row.GetGetter<T>(source), isHidden, _cells.Missing);

    protected override void WriteDetails(BinaryWriter writer)
    {
        writer.Write(new ColumnRoles([_entry]).ToJson());
        writer.Write(_marks.Length);
        foreach (string mark in _marks)
            writer.Write(mark);
    }

    protected override void ReadDetails(BinaryReader reader)
    {
        ColumnRoles roles = ColumnRoles.FromJson(reader.ReadString());
        if (roles.Count != 1 || !RoleCodec.Exists(roles[0].Role))
            throw FileItems.Damaged($"the role of column '{Name}' is none of numbers");
        _entry = roles[0];
        _codec = RoleCodec.Create(_entry);
        _writer = WriterOf(_entry);
        _marks = reader.ReadItems("marks", static reader => reader.ReadString());
    }

    private bool IsMark(ReadOnlySpan<char> text)
    {
        foreach (string mark in _marks)
        {
            if (text.Trim().SequenceEqual(mark))
                return true;
        }

        return false;
    }

    // A date that a relation computes may lie beyond those that were seen; the model itself makes none there.
    private static RoleCodec WriterOf(ColumnEntry entry) => RoleCodec.Create(entry with { Min = null, Max = null });

    private T Write(double value) => Write(value, _writer);

    private T Write(double value, RoleCodec codec) => _cells.Parse(codec.Format(value));

    private double Read(T value) => _codec.TryParse(_cells.ToText(value), out double number) ? number : double.NaN;

    // A value that a person asks for need not be on the lattice, in the range or on the days of the training rows.
    private RoleCodec Unbound() =>
        RoleCodec.Create(_entry with { Step = null, Offset = 0, Min = null, Max = null, Habit = DateHabit.None });
}
