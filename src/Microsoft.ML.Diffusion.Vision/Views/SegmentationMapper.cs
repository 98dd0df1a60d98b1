using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>The transformer on views of one schema: all columns are passed on, and others come behind them.</summary>
internal sealed class SegmentationMapper : IRowToRowMapper
{
    private readonly PictureForm _form;
    private readonly TiledSegmenter _segmenter;
    private readonly SegmentationColumn[] _added;
    private readonly DataViewSchema.Column _image;

    /// <param name="layout">The columns.</param>
    /// <param name="form">How pictures lie in their column.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="segmenter">Tells the classes.</param>
    /// <param name="inputSchema">Of the view.</param>
    /// <exception cref="ArgumentException">The column of pictures is not there, or is of another form.</exception>
    public SegmentationMapper(
        SegmentationLayout layout, PictureForm form, string[] classNames, TiledSegmenter segmenter, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        (_form, _segmenter, InputSchema, _added) = (form, segmenter, inputSchema, [.. layout.Added]);
        _image = SegmentationLayout.Find(inputSchema, layout.Image);
        form.Check(_image);
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(inputSchema);
        foreach (SegmentationColumn column in _added)
        {
            schema.AddColumn(
                layout.NameOf(column), SegmentationLayout.TypeOf(column, form, classNames.Length),
                SegmentationLayout.AnnotationsOf(column, classNames));
        }

        OutputSchema = schema.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        bool[] needed = new bool[InputSchema.Count];
        foreach (DataViewSchema.Column column in dependingColumns)
            needed[AddedOf(column) is null ? column.Index : _image.Index] = true;
        return InputSchema.Where(column => needed[column.Index]);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row's schema is not the one that this mapper was made for.", nameof(input));
        return new ImputedRow(new SegmentedColumns(this, input, activeColumns), input);
    }

    /// <summary>Which added column one of the output is; null for one that is passed on.</summary>
    /// <exception cref="ArgumentException">The view has no such column.</exception>
    public SegmentationColumn? AddedOf(DataViewSchema.Column column)
    {
        if (column.Index >= OutputSchema.Count || OutputSchema[column.Index].Name != column.Name)
            throw new ArgumentException($"Column '{column.Name}' is not one of this view's.", nameof(column));
        return column.Index < InputSchema.Count ? null : _added[column.Index - InputSchema.Count];
    }

    /// <summary>Opens a row; its answer is made when it is first asked for.</summary>
    public CurrentSegmentation Open(DataViewRow row) => new(row, _image, _form, _segmenter);

    /// <summary>A getter of a column that is added.</summary>
    public Delegate Getter(SegmentationColumn column, CurrentSegmentation current)
    {
        int pixels = _form.Height * _form.Width, classes = _segmenter.Segmenter.Classes;
        return column switch
        {
            SegmentationColumn.Mask => Mask(current, pixels),
            SegmentationColumn.Uncertainty => Numbers(current, pixels, static answer => answer.Uncertainty),
            SegmentationColumn.Probability => Numbers(current, pixels * classes, static answer => answer.Probabilities),
            _ => (ValueGetter<float>)((ref float value) => value = current.Bring()?.PictureUncertainty ?? float.NaN),
        };
    }

    private static ValueGetter<VBuffer<uint>> Mask(CurrentSegmentation current, int pixels) => (ref VBuffer<uint> value) =>
    {
        SegmentedPicture? answer = current.Bring();
        VBufferEditor<uint> editor = VBufferEditor.Create(ref value, pixels);
        for (int i = 0; i < pixels; i++)
            editor.Values[i] = answer is null ? 0 : answer.Classes[i] + 1u;
        value = editor.Commit();
    };

    private static ValueGetter<VBuffer<float>> Numbers(CurrentSegmentation current, int count, Func<SegmentedPicture, float[]> of) =>
        (ref VBuffer<float> value) =>
        {
            SegmentedPicture? answer = current.Bring();
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, count);
            if (answer is null)
                editor.Values.Fill(float.NaN);
            else
                of(answer).CopyTo(editor.Values);
            value = editor.Commit();
        };
}
