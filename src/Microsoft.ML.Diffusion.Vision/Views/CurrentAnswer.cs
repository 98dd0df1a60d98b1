using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>What is told of the picture of the current row. It is made when it is first asked for, once however many columns
/// ask.</summary>
internal sealed class CurrentAnswer<T>
    where T : class
{
    private readonly DataViewRow _row;
    private readonly Func<RawPicture?> _read;
    private readonly PictureForm _form;
    private readonly Func<Picture, T> _tell;
    private long _position = -1;
    private T? _answer;

    /// <param name="row">The row, or a cursor.</param>
    /// <param name="column">The column of pictures.</param>
    /// <param name="form">How they lie in it.</param>
    /// <param name="tell">Makes the answer.</param>
    public CurrentAnswer(DataViewRow row, DataViewSchema.Column column, PictureForm form, Func<Picture, T> tell)
    {
        (_row, _form, _tell) = (row, form, tell);
        _read = PictureReader.Open(row, column, form);
    }

    /// <summary>The answer for the current row; null where it has no image.</summary>
    public T? Bring()
    {
        if (_position != _row.Position)
        {
            _answer = _read() is { } raw ? _tell(_form.ToPicture(raw)) : null;
            _position = _row.Position;
        }

        return _answer;
    }
}
