using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>One of the columns that tell how sure a filled-in column is.</summary>
/// <param name="name">What is added, behind a dot, to the filled-in column's name.</param>
/// <param name="select">The number that the column holds.</param>
internal sealed class Uncertainty(string name, Func<CellUncertainty, double> select)
{
    private static readonly Uncertainty[] s_ofNumbers =
    [
        new("Lower", cell => cell.Lower),
        new("Upper", cell => cell.Upper),
        new("StandardDeviation", cell => cell.StandardDeviation),
    ];

    private static readonly Uncertainty[] s_ofCategories = [new("Probability", cell => cell.Probability)];

    /// <summary>The columns that go with a filled-in column.</summary>
    public static IReadOnlyList<Uncertainty> Of(bool isCategory) => isCategory ? s_ofCategories : s_ofNumbers;

    /// <summary>The column's name.</summary>
    public string NameFor(string output) => $"{output}.{name}";

    /// <summary>What the column holds of a cell.</summary>
    public double Of(CellUncertainty cell) => select(cell);

    /// <summary>The column's type: that of the filled-in column, or Single for a probability.</summary>
    public static DataViewType TypeFor(DataViewType type) => IsCategory(type) ? NumberDataViewType.Single : type;

    public static bool IsCategory(DataViewType type) => type is KeyDataViewType or TextDataViewType;

    /// <summary>A getter.</summary>
    /// <param name="type">The filled-in column's type.</param>
    /// <param name="uncertainties">How sure every cell of the current row is.</param>
    /// <param name="first">Where in it the column's cells start; null where it has none, and nothing is told.</param>
    public Delegate Getter(DataViewType type, Func<CellUncertainty[]> uncertainties, int? first) => TypeFor(type) switch
    {
        { RawType: var raw } when first is null && raw == typeof(float) => (ValueGetter<float>)((ref value) => value = float.NaN),
        _ when first is null => (ValueGetter<double>)((ref value) => value = double.NaN),
        VectorDataViewType vector when vector.ItemType.RawType == typeof(float) => Vector<float>(uncertainties, first.Value, vector.Size),
        VectorDataViewType vector => Vector<double>(uncertainties, first.Value, vector.Size),
        { RawType: var raw } when raw == typeof(float) => Scalar<float>(uncertainties, first.Value),
        _ => Scalar<double>(uncertainties, first.Value),
    };

    private ValueGetter<T> Scalar<T>(Func<CellUncertainty[]> uncertainties, int first)
        where T : IFloatingPointIeee754<T> =>
        (ref T value) => value = T.CreateTruncating(select(uncertainties()[first]));

    private ValueGetter<VBuffer<T>> Vector<T>(Func<CellUncertainty[]> uncertainties, int first, int size)
        where T : IFloatingPointIeee754<T> =>
        (ref VBuffer<T> buffer) =>
        {
            CellUncertainty[] cells = uncertainties();
            VBufferEditor<T> editor = VBufferEditor.Create(ref buffer, size);
            for (int slot = 0; slot < size; slot++)
                editor.Values[slot] = T.CreateTruncating(select(cells[first + slot]));
            buffer = editor.Commit();
        };
}
