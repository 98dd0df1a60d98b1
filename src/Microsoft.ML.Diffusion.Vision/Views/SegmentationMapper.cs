using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>Classes of pixels on views of one schema.</summary>
internal sealed class SegmentationMapper : PictureMapper
{
    private readonly PictureForm _form;
    private readonly TiledSegmenter _segmenter;
    private readonly SegmentationColumn[] _added;

    /// <param name="layout">The columns.</param>
    /// <param name="form">How pictures lie in their column.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="segmenter">Tells the classes.</param>
    /// <param name="inputSchema">Of the view.</param>
    /// <exception cref="ArgumentException">The column of pictures is not there, or is of another form.</exception>
    public SegmentationMapper(
        SegmentationLayout layout, PictureForm form, string[] classNames, TiledSegmenter segmenter, DataViewSchema inputSchema)
        : base(inputSchema, layout.Image, form, layout.Added.Select(column => new DataViewSchema.DetachedColumn(
            layout.NameOf(column), SegmentationLayout.TypeOf(column, form, classNames.Length),
            SegmentationLayout.AnnotationsOf(column, classNames)))) =>
        (_form, _segmenter, _added) = (form, segmenter, [.. layout.Added]);

    public override Func<int, Delegate> Open(DataViewRow row)
    {
        CurrentAnswer<SegmentedPicture> current = Current(row, _segmenter.Segment);
        return added => Getter(_added[added], current);
    }

    private Delegate Getter(SegmentationColumn column, CurrentAnswer<SegmentedPicture> current)
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

    private static ValueGetter<VBuffer<uint>> Mask(CurrentAnswer<SegmentedPicture> current, int pixels) => (ref VBuffer<uint> value) =>
    {
        SegmentedPicture? answer = current.Bring();
        VBufferEditor<uint> editor = VBufferEditor.Create(ref value, pixels);
        for (int i = 0; i < pixels; i++)
            editor.Values[i] = answer is null ? 0 : answer.Classes[i] + 1u;
        value = editor.Commit();
    };

    private static ValueGetter<VBuffer<float>> Numbers(
        CurrentAnswer<SegmentedPicture> current, int count, Func<SegmentedPicture, float[]> of) =>
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
