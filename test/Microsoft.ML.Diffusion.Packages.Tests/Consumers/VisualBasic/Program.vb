' Two bare names are two columns: a table that lacks either is refused, by its name.
Imports System
Imports Microsoft.ML

Public Class Aged
    Public Property Age As Single
End Class

Public Class Paying
    Public Property Fare As Single
End Class

Public Module Program
    Private ReadOnly ml As New MLContext(seed:=1)

    Public Sub Main()
        Console.WriteLine(Refusal(ml.Data.LoadFromEnumerable({New Aged()})))
        Console.WriteLine(Refusal(ml.Data.LoadFromEnumerable({New Paying()})))
    End Sub

    Private Function Refusal(rows As IDataView) As String
        Try
            ml.Transforms.DiffusionImpute("Age", "Fare").Fit(rows)
            Return "nothing"
        Catch e As ArgumentException
            Return e.Message
        End Try
    End Function
End Module
