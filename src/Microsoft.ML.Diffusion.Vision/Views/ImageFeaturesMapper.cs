using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>Features of pictures on views of one schema.</summary>
internal sealed class ImageFeaturesMapper : PictureMapper
{
    private readonly TiledFeatures _features;
    private readonly bool _averages;

    /// <param name="layout">The columns.</param>
    /// <param name="form">How pictures lie in their column.</param>
    /// <param name="features">Tells the features.</param>
    /// <param name="inputSchema">Of the view.</param>
    /// <exception cref="ArgumentException">The column of pictures is not there, or is of another form.</exception>
    public ImageFeaturesMapper(ImageFeaturesLayout layout, PictureForm form, TiledFeatures features, DataViewSchema inputSchema)
        : base(inputSchema, layout.Image, form, [new(layout.Output, layout.TypeOf(form, features.Count), null)]) =>
        (_features, _averages) = (features, layout.Averages);

    public override Func<int, Delegate> Open(DataViewRow row)
    {
        CurrentAnswer<float[]> current = Current<float[]>(row, _averages ? _features.Mean : _features.Compute);
        int count = _averages ? _features.Count : _features.Pixels * _features.Count;
        return _ => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            float[]? answer = current.Bring();
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, count);
            if (answer is null)
                editor.Values.Fill(float.NaN);
            else
                answer.CopyTo(editor.Values);
            value = editor.Commit();
        });
    }
}
