using System.Collections;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>A view with some values made missing. Which ones is a matter of the row's place, so rows keep their order.</summary>
internal sealed class AmputedView : IDataView
{
    private readonly IDataView _input;
    private readonly DataViewSchema.Column[] _sources;
    private readonly Lazy<(ViewColumn[] Columns, BitArray Hidden)> _mask;

    public AmputedView(IDataView input, MissingnessMechanism mechanism, double rate, ulong seed, string[] columns)
    {
        if (!(rate >= 0 && rate <= 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "The share of values to hide must lie between 0 and 1.");
        _input = input;
        _sources = columns.Length == 0
            ? [.. input.Schema.Where(column => !column.IsHidden && ColumnTypes.IsSupported(column.Type))]
            : [.. columns.Distinct(StringComparer.Ordinal).Select(name => Find(input.Schema, name))];
        if (_sources.Length == 0)
            throw new ArgumentException("The view has no column in which a value can be missing.", nameof(columns));
        _mask = new(() => MakeMask(mechanism, rate, seed));
    }

    public DataViewSchema Schema => _input.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        (ViewColumn[] columns, BitArray hidden) = _mask.Value;
        return new AmputedCursor(_input.GetRowCursor(columnsNeeded), columns, _sources, hidden);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name)
            ?? throw ColumnRefusal.Unknown(name, schema);
        return ColumnTypes.IsSupported(column.Type)
            ? column
            : throw ColumnRefusal.Of(ColumnTypes.Refusal(name, ColumnTypes.Describe(column.Type)));
    }

    private (ViewColumn[] Columns, BitArray Hidden) MakeMask(MissingnessMechanism mechanism, double rate, ulong seed)
    {
        ViewColumn[] columns = [.. _sources.Select(ViewColumn.Of)];
        var settings = new ReadingSettings(MaxRows: null, int.MaxValue, Random: default, new RolePolicy(Told: null, Infers: false));
        Table table = TableReader.ReadAll(_input, _sources, columns, settings, new NoLog(), CancellationToken.None).Table.ToTable();
        Table amputed = Amputer.Ampute(table, mechanism, rate, seed);
        int width = table.Columns.Count;
        var hidden = new BitArray(checked(table.RowCount * width));
        for (int row = 0; row < table.RowCount; row++)
        {
            for (int cell = 0; cell < width; cell++)
                hidden[(row * width) + cell] = double.IsNaN(amputed[row, cell]);
        }

        return (columns, hidden);
    }
}
