using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>The classes of the picture of the current row. They are made when they are first asked for, once however many columns
/// ask.</summary>
internal sealed class CurrentSegmentation
{
    private readonly DataViewRow _row;
    private readonly Func<RawPicture?> _read;
    private readonly PictureForm _form;
    private readonly TiledSegmenter _segmenter;
    private long _position = -1;
    private SegmentedPicture? _answer;

    /// <param name="row">The row, or a cursor.</param>
    /// <param name="column">The column of pictures.</param>
    /// <param name="form">How they lie in it.</param>
    /// <param name="segmenter">Tells the classes.</param>
    public CurrentSegmentation(DataViewRow row, DataViewSchema.Column column, PictureForm form, TiledSegmenter segmenter)
    {
        (_row, _form, _segmenter) = (row, form, segmenter);
        _read = PictureReader.Open(row, column, form);
    }

    /// <summary>The answer for the current row; null where it has no image.</summary>
    public SegmentedPicture? Bring()
    {
        if (_position != _row.Position)
        {
            _answer = _read() is { } raw ? _segmenter.Segment(_form.ToPicture(raw)) : null;
            _position = _row.Position;
        }

        return _answer;
    }
}
