' Two bare names are two columns: what is missing in either is filled in, under its own name.
Imports System
Imports System.Linq
Imports Microsoft.ML

Public Class Passenger
    Public Property Age As Single
    Public Property Fare As Single
End Class

Public Module Program
    Public Sub Main()
        Dim passengers = Enumerable.Range(0, 80).Select(
            Function(i) New Passenger With {
                .Age = If(i Mod 5 = 0, Single.NaN, 20.0F + 0.37F * i),
                .Fare = If(i Mod 7 = 3, Single.NaN, 5.0F + 0.83F * i)}).ToArray()

        Dim ml As New MLContext(seed:=1)
        Dim rows = ml.Data.LoadFromEnumerable(passengers)
        Dim filled = ml.Transforms.DiffusionImpute("Age", "Fare").Fit(rows).Transform(rows)
        Console.WriteLine($"columns={filled.Schema.AsEnumerable().Count(Function(column) Not column.IsHidden)} before={Missing(ml, rows)} after={Missing(ml, filled)}")
    End Sub

    Private Function Missing(ml As MLContext, view As IDataView) As Integer
        Return ml.Data.CreateEnumerable(Of Passenger)(view, reuseRowObject:=False).Sum(
            Function(row) If(Single.IsNaN(row.Age), 1, 0) + If(Single.IsNaN(row.Fare), 1, 0))
    End Function
End Module
