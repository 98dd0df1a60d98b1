using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>Which columns are read and added.</summary>
/// <param name="Output">The column of predicted masks.</param>
/// <param name="Image">The column of pictures.</param>
/// <param name="HasUncertainty">Whether columns of uncertainty are added.</param>
/// <param name="HasProbability">Whether a column of probabilities is added.</param>
internal sealed record SegmentationLayout(string Output, string Image, bool HasUncertainty, bool HasProbability)
{
    private const string KeyValues = "KeyValues";

    /// <summary>The columns that are added.</summary>
    public IReadOnlyList<SegmentationColumn> Added =>
    [
        SegmentationColumn.Mask,
        .. HasUncertainty ? [SegmentationColumn.Uncertainty, SegmentationColumn.ImageUncertainty] : Array.Empty<SegmentationColumn>(),
        .. HasProbability ? [SegmentationColumn.Probability] : Array.Empty<SegmentationColumn>(),
    ];

    /// <summary>The name of a column that is added.</summary>
    public string NameOf(SegmentationColumn column) => column == SegmentationColumn.Mask ? Output : $"{Output}.{column}";

    /// <summary>The type of a column that is added.</summary>
    /// <param name="column">The column.</param>
    /// <param name="form">The size of pictures.</param>
    /// <param name="classes">The number of classes.</param>
    public static DataViewType TypeOf(SegmentationColumn column, PictureForm form, int classes) => column switch
    {
        SegmentationColumn.Mask => new VectorDataViewType(new KeyDataViewType(typeof(uint), classes), form.Height, form.Width),
        SegmentationColumn.Uncertainty => new VectorDataViewType(NumberDataViewType.Single, form.Height, form.Width),
        SegmentationColumn.Probability => new VectorDataViewType(NumberDataViewType.Single, form.Height, form.Width, classes),
        _ => NumberDataViewType.Single,
    };

    /// <summary>The annotations of a column that is added: names of the classes behind its keys.</summary>
    public static DataViewSchema.Annotations? AnnotationsOf(SegmentationColumn column, string[] classNames)
    {
        if (column != SegmentationColumn.Mask)
            return null;
        var annotations = new DataViewSchema.Annotations.Builder();
        ReadOnlyMemory<char>[] names = [.. classNames.Select(name => name.AsMemory())];
        annotations.Add(
            KeyValues, new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(names.Length, names).CopyTo(ref value));
        return annotations.ToAnnotations();
    }

    /// <summary>The promise of a column that is to be added.</summary>
    public SchemaShape.Column Promised(SegmentationColumn column)
    {
        if (column != SegmentationColumn.Mask)
        {
            SchemaShape.Column.VectorKind kind = column == SegmentationColumn.ImageUncertainty
                ? SchemaShape.Column.VectorKind.Scalar
                : SchemaShape.Column.VectorKind.Vector;
            return SchemaShapeAccess.Column(NameOf(column), kind, NumberDataViewType.Single, []);
        }

        SchemaShape.Column names = SchemaShapeAccess.Column(KeyValues, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, []);
        return new SchemaShape.Column(
            Output, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.UInt32, isKey: true, new SchemaShape([names]));
    }

    /// <summary>Writes it.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Output);
        writer.Write(Image);
        writer.Write(HasUncertainty);
        writer.Write(HasProbability);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static SegmentationLayout ReadFrom(BinaryReader reader)
    {
        var layout = new SegmentationLayout(reader.ReadString(), reader.ReadString(), reader.ReadBoolean(), reader.ReadBoolean());
        CheckedReading.Require(layout.Output.Length > 0 && layout.Image.Length > 0, "a column has no name");
        return layout;
    }

    /// <summary>Finds a column of a view.</summary>
    /// <exception cref="ArgumentException">It is not there; the message names near ones.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw ColumnRefusal.Unknown(name, schema);
}
