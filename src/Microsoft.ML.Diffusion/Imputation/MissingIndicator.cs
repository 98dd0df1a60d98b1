using System.Numerics;
using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>The column that tells of a filled-in one which values were missing: a Boolean, or a vector of Booleans, as ML.NET's
/// IndicateMissingValues makes it.</summary>
internal static class MissingIndicator
{
    /// <summary>The column's name.</summary>
    public static string NameFor(string output) => $"{output}.Missing";

    /// <summary>The column's type.</summary>
    /// <param name="type">The filled-in column's.</param>
    public static DataViewType TypeFor(DataViewType type) =>
        type is VectorDataViewType vector
            ? new VectorDataViewType(BooleanDataViewType.Instance, vector.Dimensions)
            : BooleanDataViewType.Instance;

    /// <summary>A getter.</summary>
    /// <param name="column">The column that is filled in.</param>
    /// <param name="row">The row.</param>
    /// <param name="source">The column in the row's schema.</param>
    public static Delegate Getter(ViewColumn column, DataViewRow row, DataViewSchema.Column source)
    {
        if (column.Type is VectorDataViewType vector)
            return vector.ItemType.RawType == typeof(float) ? OfVector<float>(row, source) : OfVector<double>(row, source);
        bool isMissing = false;
        double[] none = new double[Math.Max(1, column.Width)];
        Array.Fill(none, double.NaN);
        // The getter that fills asks for what to fill in where a value is missing, and nowhere else.
        Delegate filling = column.FillingGetter(row, source, Ask, first: 0);
        return (Delegate)typeof(MissingIndicator).GetMethod(nameof(OfScalar), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(column.Type.RawType).Invoke(null, [filling, (Func<bool>)Take])!;

        double[] Ask()
        {
            isMissing = true;
            return none;
        }

        bool Take()
        {
            bool was = isMissing;
            isMissing = false;
            return was;
        }
    }

    private static ValueGetter<bool> OfScalar<T>(ValueGetter<T> filling, Func<bool> take)
    {
        T ignored = default!;
        return (ref bool value) =>
        {
            filling(ref ignored);
            value = take();
        };
    }

    private static ValueGetter<VBuffer<bool>> OfVector<T>(DataViewRow row, DataViewSchema.Column source)
        where T : INumberBase<T>
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(source);
        VBuffer<T> numbers = default;
        return (ref VBuffer<bool> buffer) =>
        {
            get(ref numbers);
            VBufferEditor<bool> editor = VBufferEditor.Create(ref buffer, numbers.Length);
            editor.Values.Clear();
            foreach (KeyValuePair<int, T> number in numbers.Items())
                editor.Values[number.Key] = T.IsNaN(number.Value);
            buffer = editor.Commit();
        };
    }
}
