using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Tables;

/// <summary>How a column is read to be compared: as where rows are generated, but for keys, which are told apart by what they stand for,
/// since
/// every view may number them in its own way.</summary>
internal abstract class PlainColumn
{
    private PlainColumn(string name) => Name = name;

    public string Name { get; }

    public abstract int Width { get; }

    public abstract IEnumerable<TableColumn> TableColumns { get; }

    public static bool IsReadable(DataViewType type) => ColumnTypes.CanBeGenerated(type);

    public static bool AreAlike(DataViewSchema.Column column, DataViewSchema.Column expected) =>
        column.Type.Equals(expected.Type) || (column.Type is KeyDataViewType && expected.Type is KeyDataViewType);

    public static PlainColumn Of(DataViewSchema.Column column) =>
        column.Type is KeyDataViewType ? new NamedKeyColumn(column.Name) : new GeneratedColumn(column);

    public abstract CellReader Open(DataViewRow row, DataViewSchema.Column source);

    /// <summary>Ends the learning of categories.</summary>
    /// <returns>The final code of each that was given out; null where none change.</returns>
    public virtual double[]? Finish() => null;

    private sealed class GeneratedColumn(DataViewSchema.Column column) : PlainColumn(column.Name)
    {
        private readonly ViewColumn _column = ViewColumn.ToGenerate(column);

        public override int Width => _column.Width;

        public override IEnumerable<TableColumn> TableColumns => _column.TableColumns;

        public override CellReader Open(DataViewRow row, DataViewSchema.Column source) => _column.OpenReader(row, source, learn: true);

        public override double[]? Finish() => _column.KeepMostFrequent(int.MaxValue);
    }

    private sealed class NamedKeyColumn(string name) : PlainColumn(name)
    {
        private readonly List<string> _names = [];
        private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);

        public override int Width => 1;

        public override IEnumerable<TableColumn> TableColumns => [TableColumn.Categorical(Name, _names)];

        public override CellReader Open(DataViewRow row, DataViewSchema.Column source)
        {
            string[]? values = KeyNames.Of(source);
            Func<ulong> read = source.Type.RawType switch
            {
                var type when type == typeof(byte) => Reader<byte>(row, source),
                var type when type == typeof(ushort) => Reader<ushort>(row, source),
                var type when type == typeof(uint) => Reader<uint>(row, source),
                _ => Reader<ulong>(row, source),
            };
            return cells =>
            {
                ulong key = read();
                bool isNamed = values is not null && key <= (ulong)values.Length;
                cells[0] = key == 0 ? double.NaN : CodeOf(isNamed ? values![key - 1] : key.ToString(CultureInfo.InvariantCulture));
            };
        }

        private static Func<ulong> Reader<T>(DataViewRow row, DataViewSchema.Column source)
            where T : struct, IBinaryInteger<T>
        {
            ValueGetter<T> get = row.GetGetter<T>(source);
            T value = default;
            return () =>
            {
                get(ref value);
                return ulong.CreateTruncating(value);
            };
        }

        private int CodeOf(string category)
        {
            if (!_codes.TryGetValue(category, out int code))
            {
                _codes.Add(category, code = _names.Count);
                _names.Add(category);
            }

            return code;
        }
    }
}
