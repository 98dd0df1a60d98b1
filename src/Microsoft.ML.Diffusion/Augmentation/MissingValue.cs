using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>What a synthetic row holds in a column that is not made: NaN, the key 0, the empty text, and the default of other
/// types.</summary>
internal static class MissingValue
{
    private static readonly MethodInfo s_scalar = Method(nameof(Scalar)), s_vector = Method(nameof(Vector));

    public static Delegate Getter(DataViewSchema.Column column)
    {
        if (ColumnTypes.CanBeGenerated(column.Type))
        {
            ViewColumn nothing = ViewColumn.ToGenerate(column);
            return nothing.MakingGetter(new NoValues(nothing.Width), 0);
        }

        return column.Type is VectorDataViewType vector
            ? (Delegate)s_vector.MakeGenericMethod(vector.ItemType.RawType).Invoke(null, [vector.Size])!
            : (Delegate)s_scalar.MakeGenericMethod(column.Type.RawType).Invoke(null, null)!;
    }

    private static ValueGetter<T> Scalar<T>() => (ref T value) => value = default!;

    // Of unknown size: 0.
    private static ValueGetter<VBuffer<T>> Vector<T>(int size) => (ref VBuffer<T> value) => value = new VBuffer<T>(size, 0, [], []);

    private sealed class NoValues : IMadeRow
    {
        private readonly double[] _cells;

        public NoValues(int width)
        {
            _cells = new double[width];
            _cells.AsSpan().Fill(double.NaN);
        }

        public long Row => 0;

        public long Count => 1;

        public ulong Seed => 0;

        public ReadOnlySpan<double> Cells() => _cells;
    }

    private static MethodInfo Method(string name) => typeof(MissingValue).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
}
